//! How many connections and for how long.

use crate::server::config::Config;
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// What the rest of the process needs: the database's connections, mail, the other listener, files.
const OTHERS: usize = 100;

/// More would be a question of memory.
const MOST: usize = 8_192;

#[derive(Clone, Debug)]
pub struct Bounds {
    /// From its first byte, or from connecting, a request's head has so long to be complete.
    pub head: Duration,
    /// A connection on which nothing moves is kept so long, between requests as well as in one.
    pub quiet: Duration,
    /// After the stop began, requests under way have so long.
    pub in_flight: Duration,
    /// In all.
    pub connections: usize,
    /// Of one client's address.
    pub per_address: usize,
    /// Addresses that are no client's: proxies, and this machine, where one may run unnamed.
    pub shared: Vec<IpNet>,
}

impl Bounds {
    /// As many as `descriptors` allow.
    pub fn below(descriptors: usize, config: &Config) -> Bounds {
        let connections = descriptors.saturating_sub(OTHERS.min(descriptors / 2)).clamp(8, MOST);
        let own = [IpNet::new_assert(IpAddr::V4(Ipv4Addr::LOCALHOST), 8), IpAddr::V6(Ipv6Addr::LOCALHOST).into()];
        Bounds {
            head: Duration::from_secs(30),
            quiet: Duration::from_secs(75),
            in_flight: Duration::from_secs(7),
            connections,
            per_address: (connections / 4).clamp(4, 512),
            shared: own.into_iter().chain(config.trusted_proxies.iter().copied()).collect(),
        }
    }

    /// For a listener that a few machines ask now and then.
    pub fn few(config: &Config) -> Bounds {
        Bounds { connections: 16, ..Bounds::below(0, config) }
    }
}

/// As many descriptors as the system allows this process, which starts with fewer; how many that are.
pub fn raise_descriptors() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where it is refused, what there is has to do.
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!(%error, "could not raise the limit of open files");
    }
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        let config = Config::load(None, |_| None).unwrap();
        let bounds = |descriptors| Bounds::below(descriptors, &config);
        let connections = [64, 256, 1024, 4096, 1 << 20, usize::MAX].map(|descriptors| bounds(descriptors).connections);
        assert_eq!(connections, [32, 156, 924, 3996, MOST, MOST]);
        assert_eq!((bounds(256).per_address, bounds(1 << 20).per_address), (39, 512));
    }

    #[test]
    fn a_proxy_and_the_own_machine_are_no_single_client() {
        let config = Config::load(None, |name| (name == "DOORWARD_TRUSTED_PROXIES").then(|| "10.0.0.0/8".to_owned()));
        let shared = Bounds::below(1024, &config.unwrap()).shared;
        let is_shared = |address: &str| shared.iter().any(|net| net.contains(&address.parse::<IpAddr>().unwrap()));
        assert!(["127.0.0.1", "127.9.9.9", "::1", "10.1.2.3"].into_iter().all(is_shared));
        assert!(!["192.0.2.1", "::2", "fe80::1"].into_iter().any(is_shared));
    }

    #[test]
    fn descriptors_are_raised_as_far_as_is_allowed() {
        let limit = getrlimit(Resource::Nofile).maximum.map_or(usize::MAX, |most| usize::try_from(most).unwrap());
        assert_eq!(raise_descriptors(), limit);
    }
}
