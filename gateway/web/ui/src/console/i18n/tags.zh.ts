/** Special lines, merged hotlines, and their figures. */
export const tagsZh = {
  'tags.enterprise': '企业专线',
  'tags.line': '专线 {tag}',
  'tags.origin': '来源 {origin}',
  'tags.tag': '专线标签',
  'tags.origin_tag': '来源热线',
}
