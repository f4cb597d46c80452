import { createApp } from 'vue'
import '../console/element'
import '../console/style/tokens.css'
import '../console/style/base.css'
import '../console/style/element.css'
import '../console/style/list.css'
import './style/admin.css'
import { locale, setLocale } from '../console/i18n'
import { boot, setDuty } from '../console/state/account'
import AdminApp from './AdminApp.vue'
import { forgetCheck } from './state/check'
import { leaveDraft } from './state/draft'

setLocale(locale.value)
setDuty({
  forget: () => {
    leaveDraft()
    forgetCheck()
  },
})
createApp(AdminApp).mount('#app')
void boot()
