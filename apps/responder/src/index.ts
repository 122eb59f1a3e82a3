export { type ListenerPlan, planListeners } from './listener-plan.ts'
export { interfaceAddresses, ownAddresses, wildcards } from './own-addresses.ts'
export { type OpenListener, Responder, type ResponderOptions } from './responder.ts'
export { type FeedStanzas, feedOf, feedsOf } from './stanzas.ts'
