/** Special lines, merged hotlines, and their figures. */
export const tagsEn = {
  'tags.enterprise': 'Enterprise line',
  'tags.line': 'Line {tag}',
  'tags.origin': 'Origin {origin}',
  'tags.tag': 'Special line',
  'tags.origin_tag': 'Origin hotline',
}
