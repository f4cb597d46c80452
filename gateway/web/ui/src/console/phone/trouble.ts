/** Why this browser cannot be a telephone, in names that have words. Pure. */

export type PhoneTrouble =
  | 'no-microphone'
  | 'permission-refused'
  | 'microphone-busy'
  | 'insecure'
  | 'no-webrtc'
  | 'other-tab'
  | 'other-computer'

export class PhoneError extends Error {
  constructor(readonly trouble: PhoneTrouble) {
    super(trouble)
  }
}

/** What getUserMedia's error means; names are those of the Media Capture and Streams standard. */
export function troubleOf(name: string): 'no-microphone' | 'permission-refused' | 'microphone-busy' {
  switch (name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no-microphone'
    case 'NotAllowedError':
    case 'SecurityError':
      return 'permission-refused'
    default:
      return 'microphone-busy'
  }
}

export interface BrowserAbilities {
  secure: boolean
  capture: boolean
  peer: boolean
}

/** The first thing in the way, or null. */
export function obstacle(can: BrowserAbilities): PhoneTrouble | null {
  if (!can.secure) return 'insecure'
  return can.capture && can.peer ? null : 'no-webrtc'
}
