// simplesmtp, which smtp-server grew out of: with STARTTLS, and inside TLS.
// Arguments: a port for each, in this order. What is sent is taken and dropped.
'use strict'

const fs = require('fs')
const simplesmtp = require('simplesmtp')

const { LAB_HOST, LAB_USER, LAB_PASSWORD, LAB_TLS } = process.env

// Its handshake fails outside of any callback; without this the first STARTTLS would end it.
process.on('uncaughtException', (error) => console.error('uncaught:', error.message))

function listen(port, secureConnection) {
  const server = simplesmtp.createServer({
    name: LAB_HOST,
    secureConnection,
    credentials: {
      key: fs.readFileSync(`${LAB_TLS}/server.key`),
      cert: fs.readFileSync(`${LAB_TLS}/server.chain`)
    },
    enableAuthentication: true,
    authMethods: ['PLAIN', 'LOGIN'],
    ignoreTLS: true, // AUTH before TLS too
    disableDNSValidation: true,
    maxSize: 10 * 1024 * 1024,
    timeout: 300 * 1000
  })
  server.on('authorizeUser', (connection, user, password, done) =>
    done(null, user === LAB_USER && password === LAB_PASSWORD))
  server.on('validateRecipient', (connection, address, done) =>
    done(/nobody@/.test(address) ? new Error('Failed recipient') : null))
  server.on('data', () => {})
  server.on('dataReady', (connection, done) => done(null, 'LAB1'))
  server.listen(Number(port), '127.0.0.1', (error) => error && console.error(error))
}

const [standard, implicit] = process.argv.slice(2)
listen(standard, false)
listen(implicit, true)
