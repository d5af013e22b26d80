// nodemailer's smtp-server in four roles: default, inside TLS, restricted, LMTP.
// Arguments: a port for each, in this order. What is sent is taken and dropped.
'use strict'

const fs = require('fs')
const { SMTPServer } = require('smtp-server')

const { LAB_HOST, LAB_DOMAIN, LAB_USER, LAB_PASSWORD, LAB_TLS } = process.env
const REFUSALS = { nobody: [550, 'No such user here'], greylist: [450, 'Greylisted'] }

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code })

function mayLogIn(auth) {
  switch (auth.method) {
    case 'CRAM-MD5':
      return auth.username === LAB_USER && auth.validatePassword(LAB_PASSWORD)
    case 'XOAUTH2':
      return auth.accessToken === `token-${LAB_PASSWORD}`
    default:
      return auth.username === LAB_USER && auth.password === LAB_PASSWORD
  }
}

function onAuth(auth, session, done) {
  if (mayLogIn(auth)) return done(null, { user: LAB_USER })
  if (auth.method === 'XOAUTH2') {
    return done(null, { data: { status: '401', schemes: 'bearer', scope: 'lab' } })
  }
  done(new Error('Invalid username or password'))
}

function onRcptTo(address, session, done) {
  const [name, domain] = address.address.split('@')
  if (domain !== LAB_DOMAIN && !session.user) return done(refusal(554, 'Relay access denied'))
  done(REFUSALS[name] && refusal(...REFUSALS[name]))
}

// LMTP has a reply for each recipient, SMTP has one.
function onData(stream, session, done) {
  stream.on('end', () => {
    if (stream.sizeExceeded) return done(refusal(552, 'Message too large'))
    done(null, this.options.lmtp
      ? session.envelope.rcptTo.map(({ address }) => `OK: dropped for ${address}`)
      : 'OK: dropped by the lab')
  })
  stream.resume()
}

function listen(port, role) {
  const server = new SMTPServer({
    name: LAB_HOST,
    banner: 'smtp-server lab',
    key: fs.readFileSync(`${LAB_TLS}/server.key`),
    cert: fs.readFileSync(`${LAB_TLS}/server.chain`),
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    size: 10 * 1024 * 1024,
    onAuth,
    onRcptTo,
    onData,
    ...role
  })
  server.on('error', (error) => console.error(error.message))
  server.listen(Number(port), '127.0.0.1')
}

const [standard, implicit, restricted, lmtp] = process.argv.slice(2)
listen(standard, {})
listen(implicit, { secure: true })
listen(restricted, {
  disabledCommands: ['AUTH', 'STARTTLS'],
  hidePIPELINING: true,
  hide8BITMIME: true,
  hideSMTPUTF8: true,
  size: 10 * 1024
})
listen(lmtp, { lmtp: true, disabledCommands: ['AUTH'] })
