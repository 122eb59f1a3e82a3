/** ANSWERS, "ExternalName", "Pods", "Reverse", "Apex and fixed names" and "Where the RFCs win". */
import { checkRows, corefile } from './rows.ts'

const SOA = 'SOA ns.dns.cluster.local. hostmaster.cluster.local. 0 7200 1800 86400 5'

checkRows('ExternalName', corefile(), [
  { ask: 'out.shop.svc A', is: ['CNAME example.org.'], why: 'the target is not ours' },
  { ask: 'out.shop.svc AAAA', is: ['CNAME example.org.'], why: 'for a question of any type' },
  { ask: 'out.shop.svc TXT', is: ['CNAME example.org.'], why: 'for a question of any type' },
  { ask: 'out.shop.svc CNAME', is: ['CNAME example.org.'], why: 'asked for itself' },
  { ask: 'alias.shop.svc A', is: ['CNAME web.shop.svc', 'web.shop.svc 5 A 10.96.0.10'], why: 'the target is ours' },
  { ask: 'alias.shop.svc AAAA', is: ['CNAME web.shop.svc'], why: 'the CNAME stays when its target has no data' },
  { ask: 'alias.shop.svc SRV', is: ['CNAME web.shop.svc'], why: 'only A and AAAA are followed' },
  {
    ask: 'chain.shop.svc A',
    is: ['CNAME alias.shop.svc', 'alias.shop.svc 5 CNAME web.shop.svc', 'web.shop.svc 5 A 10.96.0.10'],
    why: 'link by link',
  },
  { ask: 'lost.shop.svc A', is: ['CNAME nope.shop.svc'], rcode: 'NXDOMAIN', why: 'the RCODE of the last name' },
  { ask: 'lost.shop.svc CNAME', is: ['CNAME nope.shop.svc'], why: 'nothing is followed' },
  {
    ask: 'ring.shop.svc A',
    is: ['CNAME gnir.shop.svc', 'gnir.shop.svc 5 CNAME ring.shop.svc'],
    why: 'a loop: the CNAMEs found',
  },
  { ask: 'x.out.shop.svc A', is: 'NXDOMAIN', why: 'nothing below it' },
  { ask: '_http._tcp.out.shop.svc SRV', is: 'NXDOMAIN', why: 'no ports' },
  { ask: 'literal.shop.svc A', is: 'NXDOMAIN', why: 'an IP literal is no host name' },
  { ask: 'literal.shop.svc CNAME', is: 'NXDOMAIN', why: 'an IP literal is no host name' },
])

checkRows('pods disabled', corefile(), [
  { ask: 'pod A', is: 'NODATA', why: 'exists in any mode' },
  { ask: 'shop.pod A', is: 'NXDOMAIN', why: 'pods are off' },
  { ask: '10-244-0-10.shop.pod A', is: 'NXDOMAIN', why: 'pods are off' },
])

checkRows('pods insecure', corefile('pods insecure'), [
  { ask: 'shop.pod A', is: 'NODATA', why: 'the namespace exists' },
  { ask: 'nope.pod A', is: 'NXDOMAIN', why: 'no such namespace' },
  { ask: '1-2-3-4.shop.pod A', is: ['A 1.2.3.4'], why: 'the address that the label spells' },
  { ask: '1-2-3-4.shop.pod AAAA', is: 'NODATA', why: 'it is IPv4' },
  { ask: '1-2-3-4.shop.pod TXT', is: 'NODATA', why: 'other types' },
  { ask: '1-2-3-4.ghost.pod A', is: 'NXDOMAIN', why: 'the namespace does not exist' },
  { ask: '1-2-3-256.shop.pod A', is: 'NXDOMAIN', why: 'no address' },
  { ask: 'x.shop.pod A', is: 'NXDOMAIN', why: 'no address' },
  { ask: 'x.1-2-3-4.shop.pod A', is: 'NXDOMAIN', why: 'deeper' },
  { ask: 'fd00--1.shop.pod AAAA', is: ['AAAA fd00::1'], why: 'IPv6' },
  { ask: 'fd00-0-0-0-0-0-0-1.shop.pod AAAA', is: ['AAAA fd00::1'], why: 'any IPv6 spelling' },
  { ask: 'fd00--1.shop.pod A', is: 'NODATA', why: 'it is IPv6' },
])

checkRows('pods verified', corefile('pods verified'), [
  { ask: '10-244-0-10.shop.pod A', is: ['A 10.244.0.10'], why: 'a pod runs there' },
  { ask: '10-244-0-10.shop.pod AAAA', is: 'NODATA', why: 'other types' },
  { ask: 'fd00-244--a.shop.pod AAAA', is: ['AAAA fd00:244::a'], why: 'its second address' },
  { ask: 'fd00-244-0-0-0-0-0-a.shop.pod AAAA', is: ['AAAA fd00:244::a'], why: 'any IPv6 spelling' },
  { ask: '10-244-0-10.data.pod A', is: 'NXDOMAIN', why: 'in another namespace' },
  { ask: '1-2-3-4.shop.pod A', is: 'NXDOMAIN', why: 'no pod runs there' },
  { ask: '10-244-9-1.shop.pod A', is: 'NXDOMAIN', why: 'the pod has succeeded' },
  { ask: '10-244-9-2.shop.pod A', is: 'NXDOMAIN', why: 'the pod is being deleted' },
])

checkRows('reverse', corefile(), [
  { ask: '11.0.96.10.in-addr.arpa. PTR', is: ['PTR dual.shop.svc'], why: 'a ClusterIP' },
  { ask: '10.0.96.10.in-addr.arpa. PTR', is: ['PTR web.shop.svc'], why: 'the service goes before an endpoint' },
  { ask: '12.0.244.10.in-addr.arpa. PTR', is: ['PTR named.web.shop.svc'], why: 'an endpoint by its hostname' },
  { ask: '10.0.244.10.in-addr.arpa. PTR', is: ['PTR 10-244-0-10.web.shop.svc'], why: 'an endpoint by its address' },
  { ask: '11.0.244.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'not ready' },
  {
    ask: '1.1.244.10.in-addr.arpa. PTR',
    is: ['PTR db-0.db.data.svc', 'PTR other.shared.data.svc'],
    why: 'several services: several records',
  },
  { ask: '1.3.244.10.in-addr.arpa. PTR', is: ['PTR only.orphan.data.svc'], why: 'a slice without a service too' },
  { ask: '9.3.244.10.in-addr.arpa. PTR', is: ['PTR stray.db.shop.svc'], why: 'in its own namespace' },
  { ask: '9.9.96.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'the namespace is missing' },
  { ask: '7.2.0.192.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'unknown' },
  {
    ask: '1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.0.d.f.ip6.arpa. PTR',
    is: ['PTR dual.shop.svc'],
    why: 'an IPv6 ClusterIP',
  },
  { ask: '11.0.96.10.in-addr.arpa. A', is: 'NODATA', why: 'the name exists' },
  { ask: '96.10.in-addr.arpa. PTR', is: 'NODATA', why: 'a node above names' },
  { ask: '97.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'nothing lies below' },
  { ask: 'd.f.ip6.arpa. PTR', is: 'NODATA', why: 'a node above names' },
  {
    ask: 'in-addr.arpa. SOA',
    is: ['SOA ns.dns.in-addr.arpa. hostmaster.in-addr.arpa. 0 7200 1800 86400 5'],
    why: 'the apex',
  },
  { ask: 'in-addr.arpa. NS', is: ['NS ns.dns'], why: 'the nameserver of the forward zone' },
])

checkRows('reverse zones of a CIDR', corefile('', 'cluster.local other.local 10.96.0.0/12 fd00:96::/32'), [
  { ask: '11.0.96.10.in-addr.arpa. PTR', is: ['PTR dual.shop.svc'], why: 'targets lie in the first forward zone' },
  { ask: '1.1.244.10.in-addr.arpa. PTR', is: 'REFUSED', why: 'outside of the CIDR' },
  { ask: '96.10.in-addr.arpa. PTR', is: 'NODATA', why: 'an apex' },
  {
    ask: '111.10.in-addr.arpa. SOA',
    is: ['SOA ns.dns.111.10.in-addr.arpa. hostmaster.111.10.in-addr.arpa. 0 7200 1800 86400 5'],
    why: 'the last of sixteen zones',
  },
  { ask: '0.111.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'nothing there' },
  { ask: 'web.shop.svc.other.local. A', is: ['A 10.96.0.10'], why: 'all forward zones have the same names' },
  {
    ask: '_http._tcp.web.shop.svc.other.local. SRV',
    is: ['SRV 0 100 80 web.shop.svc.other.local.'],
    why: 'targets lie in the zone asked',
  },
])

checkRows('apex and fixed names', corefile(), [
  { ask: '@ SOA', is: [SOA], why: 'mname, rname, times' },
  {
    ask: '@ NS',
    is: ['NS ns.dns'],
    also: ['ns.dns 5 A 192.0.2.53'],
    why: 'no service has our address: ns.dns, and its glue',
  },
  { ask: 'ns.dns A', is: ['A 192.0.2.53'], why: 'our own address' },
  { ask: 'ns.dns AAAA', is: 'NODATA', why: 'we have none' },
  { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: 'whatever ttl says' },
  { ask: 'svc A', is: 'NODATA', why: 'exists without data' },
  { ask: 'dns A', is: 'NODATA', why: 'exists without data' },
  { ask: 'shop.svc A', is: 'NODATA', why: 'an existing namespace' },
  { ask: 'empty.svc A', is: 'NODATA', why: 'an existing namespace with nothing in it' },
  { ask: 'nope.svc A', is: 'NXDOMAIN', why: 'no such namespace' },
  { ask: 'nope A', is: 'NXDOMAIN', why: 'anything else' },
  { ask: 'x.ns.dns A', is: 'NXDOMAIN', why: 'anything else' },
  { ask: 'example.org. A', is: 'REFUSED', why: 'no zone of ours' },
])

checkRows('where the RFCs win', corefile(), [
  { ask: 'dns-version A', is: 'NODATA', why: 'a name that exists in any type' },
  { ask: '@ TXT', is: 'NODATA', why: 'the apex exists' },
  { ask: '@ A', is: 'NODATA', why: 'the apex exists' },
  { ask: '10.in-addr.arpa. A', is: 'NODATA', why: 'RFC 8020: names lie below' },
  { ask: 'nope.shop.svc SOA', is: 'NXDOMAIN', why: 'for SOA too' },
  { ask: 'web.shop.svc ANY', is: ['HINFO "RFC8482" ""'], why: 'RFC 8482' },
])
