import { createApp } from 'vue'
import '../console/style/tokens.css'
import '../console/style/base.css'
import { locale, setLocale } from '../console/i18n/locale'
import { setTheme } from '../console/state/theme'
import { beginPolling } from './poll'
import WallApp from './WallApp.vue'

// A screen without a keyboard is told by its address: /wall?theme=dark&lang=en#token
const asked = new URLSearchParams(window.location.search)
const theme = asked.get('theme')
if (theme === 'dark' || theme === 'light') setTheme(theme === 'dark')
setLocale(asked.get('lang') === 'en' ? 'en' : asked.get('lang') === 'zh' ? 'zh-CN' : locale.value)
createApp(WallApp).mount('#app')
beginPolling()
