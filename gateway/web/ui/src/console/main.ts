import { createApp } from 'vue'
import './element'
import './style/tokens.css'
import './style/base.css'
import './style/element.css'
import './style/list.css'
import App from './App.vue'
import './hook'
import { locale, setLocale } from './i18n'
import './state/pop'
import { boot } from './state/session'

setLocale(locale.value)
createApp(App).mount('#app')
void boot()
