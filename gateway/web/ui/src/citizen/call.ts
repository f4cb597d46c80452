import './citizen.css'
