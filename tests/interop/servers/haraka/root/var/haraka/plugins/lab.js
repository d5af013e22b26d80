// Takes and drops every message; refuses two recipients.
'use strict'

exports.hook_rcpt = (next, connection, [address]) => {
  if (address.user === 'nobody') return next(DENY, 'no such user')
  if (address.user === 'greylist') return next(DENYSOFT, 'greylisted')
  next()
}
exports.hook_queue = (next) => next(OK, 'dropped by the lab')
exports.hook_queue_outbound = exports.hook_queue
