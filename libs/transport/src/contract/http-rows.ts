/** HTTP requests, right and wrong ones, and what they get: from the app itself and from every server that runs it. */
import type { HttpRequest } from './http-client.ts'
import { DNS_MESSAGE, getRequest, postRequest, queryFor } from './transports.ts'

export interface Row {
  readonly name: string
  readonly request: HttpRequest
  readonly status: number
  /** Those that matter here. */
  readonly headers?: Readonly<Record<string, string>>
  /** Text that the body holds. */
  readonly says?: string
}

const web = queryFor('web.example')
const WEB = web.toString('base64url')
const DNS_JSON = 'application/dns-json'
const TEXT = 'text/plain; charset=utf-8'
const ANY_ORIGIN = { 'access-control-allow-origin': '*' }
const REFUSED = { ...ANY_ORIGIN, 'content-type': TEXT, 'cache-control': 'no-store' }
const ALL_METHODS = 'GET, HEAD, POST, OPTIONS'
const fresh = (seconds: number) => ({
  ...ANY_ORIGIN,
  'content-type': DNS_MESSAGE,
  'cache-control': `max-age=${seconds}`,
})
const post = (contentType: string, body: Uint8Array = web): HttpRequest => ({
  method: 'POST',
  path: '/dns-query',
  headers: { 'content-type': contentType },
  body,
})
const response = queryFor('web.example')
response[2] = 0x80

export const MESSAGE_ROWS: readonly Row[] = [
  { name: 'GET', request: getRequest(web), status: 200, headers: { ...fresh(30), 'content-length': '56' } },
  { name: 'POST', request: postRequest(web), status: 200, headers: { ...fresh(30), 'content-length': '56' } },
  {
    name: 'GET of a name that is not there',
    request: getRequest(queryFor('nope.example')),
    status: 200,
    headers: fresh(5),
  },
  {
    name: 'POST of a name that is not there',
    request: postRequest(queryFor('nope.example')),
    status: 200,
    headers: fresh(5),
  },
  { name: 'an answer with TTL 0', request: getRequest(queryFor('who.example', 'TXT')), status: 200, headers: fresh(0) },
  { name: 'a content type in capitals, with a parameter', request: post('Application/DNS-Message; x=y'), status: 200 },
  { name: 'another parameter before dns', request: { path: `/dns-query?a=b&dns=${WEB}` }, status: 200 },
  {
    name: 'accept: application/dns-json with dns=',
    request: { path: `/dns-query?dns=${WEB}`, headers: { accept: DNS_JSON } },
    status: 200,
    headers: fresh(30),
  },
  {
    name: 'HEAD',
    request: { method: 'HEAD', path: `/dns-query?dns=${WEB}` },
    status: 200,
    headers: { ...fresh(30), 'content-length': '56' },
  },
  {
    name: 'OPTIONS',
    request: { method: 'OPTIONS', path: '/dns-query' },
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      allow: ALL_METHODS,
      'access-control-allow-methods': ALL_METHODS,
      'access-control-allow-headers': 'accept, content-type',
      'access-control-max-age': '86400',
    },
  },
  { name: 'another path', request: { path: '/' }, status: 404, headers: REFUSED, says: 'DNS is asked at /dns-query' },
  { name: 'a longer path', request: { path: `/dns-query/x?dns=${WEB}` }, status: 404, headers: REFUSED },
  {
    name: 'PUT',
    request: { method: 'PUT', path: '/dns-query', headers: { 'content-type': DNS_MESSAGE }, body: web },
    status: 405,
    headers: { ...REFUSED, allow: ALL_METHODS },
  },
  {
    name: 'DELETE',
    request: { method: 'DELETE', path: '/dns-query' },
    status: 405,
    headers: { ...REFUSED, allow: ALL_METHODS },
  },
  { name: 'GET without dns', request: { path: '/dns-query' }, status: 400, headers: REFUSED, says: 'dns is missing' },
  { name: 'GET with an empty dns', request: { path: '/dns-query?dns=' }, status: 400, says: 'too short' },
  {
    name: 'GET with dns twice',
    request: { path: `/dns-query?dns=${WEB}&dns=${WEB}` },
    status: 400,
    says: 'more than one',
  },
  {
    name: 'GET with padding',
    request: { path: `/dns-query?dns=${web.toString('base64')}` },
    status: 400,
    says: 'base64url',
  },
  { name: 'GET with what is not base64', request: { path: '/dns-query?dns=***' }, status: 400, says: 'base64url' },
  { name: 'GET of half a header', request: getRequest(web.subarray(0, 11)), status: 400, says: 'too short' },
  { name: 'GET of a response', request: getRequest(response), status: 400, says: 'no answer' },
  { name: 'POST of a response', request: postRequest(response), status: 400, says: 'no answer' },
  { name: 'POST of nothing', request: post(DNS_MESSAGE, new Uint8Array(0)), status: 400, says: 'too short' },
  {
    name: 'POST of another type',
    request: post('application/json'),
    status: 415,
    headers: { ...REFUSED, 'accept-post': DNS_MESSAGE },
  },
  { name: 'POST without a type', request: { method: 'POST', path: '/dns-query', body: web }, status: 415 },
  { name: 'POST of 65,535 octets', request: post(DNS_MESSAGE, padded(65_535)), status: 200, headers: fresh(30) },
  { name: 'POST of more', request: post(DNS_MESSAGE, padded(65_536)), status: 413, headers: REFUSED, says: '65535' },
  {
    name: 'POST of more, its length not declared',
    request: { ...post(DNS_MESSAGE, padded(65_536)), isChunked: true },
    status: 413,
    says: '65535',
  },
  {
    name: 'POST without a declared length',
    request: { ...post(DNS_MESSAGE), isChunked: true },
    status: 200,
    headers: fresh(30),
  },
  {
    name: 'a URL of more than 8,192 characters',
    request: { path: `/dns-query?dns=${'A'.repeat(8_192)}` },
    status: 414,
    headers: REFUSED,
  },
]

const JSON_TYPE = 'application/json; charset=utf-8'
const jsonFresh = (contentType: string) => ({
  ...ANY_ORIGIN,
  'content-type': contentType,
  'cache-control': 'max-age=30',
})
const A_RECORD = '"Answer":[{"name":"web.example.","type":1,"TTL":30,"data":"10.0.0.7"}]'

export const JSON_ROWS: readonly Row[] = [
  {
    name: 'JSON at /resolve',
    request: { path: '/resolve?name=web.example' },
    status: 200,
    headers: jsonFresh(JSON_TYPE),
    says: A_RECORD,
  },
  {
    name: 'JSON at /dns-query when it is accepted',
    request: { path: '/dns-query?name=web.example&type=a', headers: { accept: DNS_JSON } },
    status: 200,
    headers: jsonFresh(DNS_JSON),
    says: A_RECORD,
  },
  {
    name: 'JSON among what is accepted',
    request: { path: '/dns-query?name=web.example', headers: { accept: 'text/html, Application/JSON;q=0.9' } },
    status: 200,
    headers: jsonFresh(JSON_TYPE),
    says: A_RECORD,
  },
  {
    name: 'JSON by ct',
    request: { path: '/dns-query?name=web.example&ct=application/dns-json' },
    status: 200,
    headers: jsonFresh(DNS_JSON),
    says: A_RECORD,
  },
  {
    name: 'a message at /resolve by ct',
    request: { path: '/resolve?name=web.example&ct=application/dns-message' },
    status: 200,
    headers: fresh(30),
  },
  {
    name: 'JSON of a name that is not there',
    request: { path: '/resolve?name=nope.example' },
    status: 200,
    headers: { 'cache-control': 'max-age=5' },
    says: '"Status":3,"TC":false,"RD":true,"RA":false,"AD":false,"CD":false,"Question":[{"name":"nope.example.","type":1}],"Authority":[{"name":"example.","type":6,"TTL":300,',
  },
  {
    name: 'JSON of text',
    request: { path: '/resolve?name=who.example&type=16' },
    status: 200,
    says: '"type":16,"TTL":0,"data":"\\"https ',
  },
  {
    name: 'HEAD of JSON',
    request: { method: 'HEAD', path: '/resolve?name=web.example' },
    status: 200,
    headers: jsonFresh(JSON_TYPE),
  },
  {
    name: 'JSON that nobody said to accept',
    request: { path: '/dns-query?name=web.example' },
    status: 400,
    headers: REFUSED,
    says: 'dns is missing',
  },
  {
    name: 'JSON without a name',
    request: { path: '/resolve' },
    status: 400,
    headers: { ...ANY_ORIGIN, 'content-type': JSON_TYPE },
    says: '{"error":"name is missing',
  },
  { name: 'JSON of a bad name', request: { path: '/resolve?name=a..b' }, status: 400, says: '"error":"name=' },
  {
    name: 'JSON of a bad type',
    request: { path: '/resolve?name=web.example&type=nope' },
    status: 400,
    says: '"error":"type=',
  },
  {
    name: 'JSON by POST',
    request: { method: 'POST', path: '/resolve?name=web.example' },
    status: 405,
    headers: { allow: 'GET, HEAD, OPTIONS' },
  },
  {
    name: 'OPTIONS of JSON',
    request: { method: 'OPTIONS', path: '/resolve' },
    status: 204,
    headers: { allow: 'GET, HEAD, OPTIONS' },
  },
  {
    name: 'a long JSON URL',
    request: { path: `/resolve?name=web.example&random_padding=${'x'.repeat(8_192)}` },
    status: 414,
  },
]

/** A query with zeros behind it. */
function padded(octets: number): Buffer {
  return Buffer.concat([web, Buffer.alloc(octets - web.length)])
}
