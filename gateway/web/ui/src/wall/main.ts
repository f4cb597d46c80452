import '../console/style/tokens.css'
import '../console/style/base.css'
