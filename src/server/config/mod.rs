//! What an operator sets: the environment over a TOML file over the defaults. A wrong value is one line that names it.

mod settings;

use super::mail::{Mailer, Wrong};
use ipnet::IpNet;
pub use settings::Secret;
use settings::{Setting, Settings};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// Where certificate and key are, when Doorward serves https itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// What browsers are told of https (RFC 6797). Other hosts below this one are nobody's to decide for unasked (§14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hsts {
    Off,
    /// This host alone.
    Host,
    /// And every host whose name ends in its name.
    Subdomains,
}

/// Everything an operator can set. `Debug` leaves out what is or may hold a secret.
#[derive(Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// May hold a password.
    pub database_url: String,
    /// Scheme, host and port as a browser writes an origin: no path, no default port (RFC 6454 §6.2).
    pub public_url: String,
    /// For the first start only, which checks it against the policy.
    pub admin_password: Option<Secret>,
    /// None: what mail would carry is shown once, to be handed over.
    pub mail: Option<Mailer>,
    pub trusted_proxies: Vec<IpNet>,
    pub metrics_listen: Option<SocketAddr>,
    pub log: String,
    /// Requests per minute and caller of the HTTP API; 0 is no limit.
    pub api_limit: u32,
    pub tls: Option<Tls>,
    /// Plain http was allowed knowingly; a banner says so.
    pub insecure_http: bool,
    /// The description of the HTTP API and its page are served.
    pub api_docs: bool,
    /// Said on https alone.
    pub hsts: Hsts,
}

impl Config {
    /// Reads `file`, if one is named, and the environment, which wins. An empty variable counts as not set.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Config, String> {
        let from = Settings::read(file, env)?;
        let listen = from.parse("listen", ADDRESS)?.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)));
        let metrics_listen = from.parse("metrics_listen", ADDRESS)?;
        if metrics_listen == Some(listen) {
            return Err("DOORWARD_METRICS_LISTEN: must differ from DOORWARD_LISTEN".to_owned());
        }
        let tls = tls(&from)?;
        let allowed = from.flag("insecure_http", false)?;
        let public_url = public_url(&from, listen, tls.is_some(), allowed)?;
        Ok(Config {
            listen,
            database_url: database_url(&from)?,
            mail: mail(&from, &public_url)?,
            insecure_http: allowed && public_url.scheme() == "http",
            public_url: public_url.origin().ascii_serialization(),
            admin_password: from.text("admin_password").map(Secret::new),
            trusted_proxies: trusted_proxies(&from)?,
            metrics_listen,
            api_limit: from.parse("api_limit", REQUESTS)?.unwrap_or(6000),
            log: from.text("log").unwrap_or("info".to_owned()),
            tls,
            api_docs: from.flag("api_docs", true)?,
            hsts: hsts(&from)?,
        })
    }

    /// Whether browsers reach the console by https.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https:")
    }

    /// Browsers take a `__Host-` cookie over https alone (RFC 6265bis §4.1.3.2; OWASP ASVS 5.0 §3.3.1).
    pub fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-doorward" } else { "doorward" }
    }

    /// The console's own `Origin`.
    pub fn origin(&self) -> &str {
        &self.public_url
    }
}

impl Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("metrics_listen", &self.metrics_listen)
            .field("log", &self.log)
            .field("insecure_http", &self.insecure_http)
            .finish_non_exhaustive()
    }
}

const ADDRESS: &str = "is not an address and port such as 127.0.0.1:3000";
const REQUESTS: &str = "is not a number of requests per minute such as 6000, or 0 for no limit";

fn database_url(from: &Settings) -> Result<String, String> {
    let Some(setting) = from.get("database_url") else { return Ok("sqlite://data/doorward.db".to_owned()) };
    let is_postgres = |url: Url| matches!(url.scheme(), "postgres" | "postgresql");
    if setting.text.starts_with("sqlite:") || Url::parse(&setting.text).is_ok_and(is_postgres) {
        return Ok(setting.text.clone());
    }
    Err(setting.wrong_secret("is neither sqlite://FILE nor postgres://USER:PASSWORD@HOST/DATABASE"))
}

/// The given one, or the address that is listened on. Plain http is for one's own machine.
fn public_url(from: &Settings, listen: SocketAddr, has_tls: bool, insecure_http: bool) -> Result<Url, String> {
    let everywhere = from.get("listen").filter(|_| listen.ip().is_unspecified() && !has_tls && !insecure_http);
    if let (Some(everywhere), None) = (everywhere, from.get("public_url")) {
        let why = "serves the whole network, where http would send passwords in the clear; set DOORWARD_PUBLIC_URL to \
                   the address of the proxy that brings https, or DOORWARD_INSECURE_HTTP=1 to allow it";
        return Err(everywhere.wrong(why));
    }
    let derived = format!("{}://{}", if has_tls { "https" } else { "http" }, reachable(listen));
    let setting = from.get("public_url").cloned().unwrap_or(Setting::derived("public_url", derived));
    let is_origin = |url: &Url| {
        let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/";
        let ends = url.query().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && bare && ends
    };
    let url = Url::parse(&setting.text).ok().filter(is_origin);
    let url = url.ok_or_else(|| setting.wrong("is not scheme, host and port such as https://doorward.example"))?;
    let is_http = url.scheme() == "http";
    if is_http && has_tls {
        return Err(setting.wrong("must begin with https:// because DOORWARD_TLS_CERT is set"));
    }
    if is_http && !insecure_http && !is_loopback(&url) {
        let why = "would send passwords in the clear; use https, or set DOORWARD_INSECURE_HTTP=1 to allow it";
        return Err(setting.wrong(why));
    }
    Ok(url)
}

/// An address that the same machine can reach where `listen` means every address.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, listen.port())),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::from((Ipv6Addr::LOCALHOST, listen.port())),
        _ => listen,
    }
}

/// Names and addresses that never leave the machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn tls(from: &Settings) -> Result<Option<Tls>, String> {
    match (from.get("tls_cert"), from.get("tls_key")) {
        (Some(cert), Some(key)) => Ok(Some(Tls { cert: PathBuf::from(&cert.text), key: PathBuf::from(&key.text) })),
        (None, None) => Ok(None),
        (Some(_), None) => Err("DOORWARD_TLS_KEY: is required because DOORWARD_TLS_CERT is set".to_owned()),
        (None, Some(_)) => Err("DOORWARD_TLS_CERT: is required because DOORWARD_TLS_KEY is set".to_owned()),
    }
}

/// Both or neither, each as it has to be.
fn mail(from: &Settings, public_url: &Url) -> Result<Option<Mailer>, String> {
    let (url, sender) = (from.get("smtp_url"), from.get("mail_from"));
    let open = |url: &str, sender: &str| Mailer::open(url, sender, public_url.domain());
    // Each is looked at by itself first: one that is wrong is named before one that is missing.
    if let (Some(setting), Err(Wrong::Url(why))) = (url, open(url.map_or("", |url| &url.text), "doorward@localhost")) {
        return Err(setting.wrong_secret(why));
    }
    if let (Some(setting), Err(Wrong::Sender)) = (sender, open("smtp://localhost", sender.map_or("", |it| &it.text))) {
        return Err(setting.wrong("is not a sender such as Doorward <doorward@example.com>"));
    }
    match (url, sender) {
        (Some(url), Some(sender)) => Ok(open(&url.text, &sender.text).ok()),
        (None, None) => Ok(None),
        (Some(_), None) => Err("DOORWARD_MAIL_FROM: is required because DOORWARD_SMTP_URL is set".to_owned()),
        (None, Some(_)) => Err("DOORWARD_SMTP_URL: is required because DOORWARD_MAIL_FROM is set".to_owned()),
    }
}

fn hsts(from: &Settings) -> Result<Hsts, String> {
    match from.get("hsts").map(|setting| (setting, setting.text.as_str())) {
        None | Some((_, "host")) => Ok(Hsts::Host),
        Some((_, "subdomains")) => Ok(Hsts::Subdomains),
        Some((_, "off")) => Ok(Hsts::Off),
        Some((setting, _)) => Err(setting.wrong("is not host, subdomains or off")),
    }
}

fn trusted_proxies(from: &Settings) -> Result<Vec<IpNet>, String> {
    let Some(setting) = from.get("trusted_proxies") else { return Ok(Vec::new()) };
    let entries = setting.text.split([',', ' ']).filter(|entry| !entry.is_empty());
    let net = |entry: &str| entry.parse().ok().or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from));
    let nets: Option<Vec<IpNet>> = entries.map(net).collect();
    nets.ok_or_else(|| setting.wrong("is not a list of addresses and networks such as 10.0.0.2, 10.1.0.0/16"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, String> {
        Config::load(None, |name| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    fn refused(name: &str, value: &str) -> String {
        let line = load(&[(name, value)]).unwrap_err();
        assert!(line.starts_with(&format!("{name}: ")) && !line.contains('\n'), "{line}");
        line
    }

    #[test]
    fn without_any_setting_it_serves_this_machine_from_sqlite() {
        let config = load(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.database_url, "sqlite://data/doorward.db");
        assert_eq!((config.origin(), config.cookie_name()), ("http://127.0.0.1:3000", "doorward"));
        assert_eq!(config.log, "info");
        assert!(config.admin_password.is_none() && config.mail.is_none() && config.tls.is_none());
        assert!(!config.secure() && !config.insecure_http && config.trusted_proxies.is_empty());
        assert_eq!((config.api_limit, load(&[("DOORWARD_API_LIMIT", "0")]).unwrap().api_limit), (6000, 0));
    }

    #[test]
    fn description_of_the_api_is_served_unless_it_is_switched_off() {
        assert!(load(&[]).unwrap().api_docs && load(&[("DOORWARD_API_DOCS", "1")]).unwrap().api_docs);
        assert!(!load(&[("DOORWARD_API_DOCS", "0")]).unwrap().api_docs);
        refused("DOORWARD_API_DOCS", "no");
    }

    #[test]
    fn https_is_kept_for_this_host_alone_unless_more_is_asked_for() {
        assert_eq!(load(&[]).unwrap().hsts, Hsts::Host);
        for (value, hsts) in [("host", Hsts::Host), ("subdomains", Hsts::Subdomains), ("off", Hsts::Off)] {
            assert_eq!(load(&[("DOORWARD_HSTS", value)]).unwrap().hsts, hsts);
        }
        for wrong in ["1", "includeSubDomains", "Off", "preload"] {
            assert!(refused("DOORWARD_HSTS", wrong).contains("host, subdomains or off"));
        }
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert!(load(&[("DOORWARD_PUBLIC_URL", ""), ("DOORWARD_SMTP_URL", " ")]).unwrap().mail.is_none());
    }

    #[test]
    fn the_public_url_follows_the_address_that_is_listened_on() {
        for (listen, origin) in [("127.0.0.9:80", "http://127.0.0.9"), ("[::1]:3001", "http://[::1]:3001")] {
            assert_eq!(load(&[("DOORWARD_LISTEN", listen)]).unwrap().origin(), origin);
        }
        let line = load(&[("DOORWARD_LISTEN", "192.0.2.1:3000")]).unwrap_err();
        assert!(line.starts_with("DOORWARD_PUBLIC_URL: ") && line.contains("192.0.2.1"), "{line}");
    }

    #[test]
    fn plain_http_beyond_this_machine_must_be_allowed() {
        assert!(refused("DOORWARD_PUBLIC_URL", "http://doorward.example").contains("DOORWARD_INSECURE_HTTP=1"));
        assert!(refused("DOORWARD_PUBLIC_URL", "http://127.0.0.1.example").contains("in the clear"));
        let allowed = [("DOORWARD_PUBLIC_URL", "http://doorward.example:8080/"), ("DOORWARD_INSECURE_HTTP", "1")];
        let config = load(&allowed).unwrap();
        assert!(config.insecure_http && !config.secure());
        assert_eq!(config.origin(), "http://doorward.example:8080");
        for own in ["http://localhost:3000", "http://door.localhost", "http://127.8.8.8", "http://[::1]:9"] {
            assert!(load(&[("DOORWARD_PUBLIC_URL", own)]).is_ok(), "{own}");
        }
    }

    #[test]
    fn every_address_of_the_machine_is_not_this_machine_alone() {
        for listen in ["0.0.0.0:3000", "[::]:3000"] {
            let line = refused("DOORWARD_LISTEN", listen);
            assert!(line.contains("DOORWARD_PUBLIC_URL") && line.contains("DOORWARD_INSECURE_HTTP=1"), "{line}");
            let allowed = load(&[("DOORWARD_LISTEN", listen), ("DOORWARD_INSECURE_HTTP", "1")]).unwrap();
            assert!(allowed.insecure_http, "a banner says so");
            let proxied = [("DOORWARD_LISTEN", listen), ("DOORWARD_PUBLIC_URL", "https://doorward.example")];
            assert_eq!(load(&proxied).unwrap().origin(), "https://doorward.example");
            let tls = [("DOORWARD_LISTEN", listen), ("DOORWARD_TLS_CERT", "c.pem"), ("DOORWARD_TLS_KEY", "k.pem")];
            assert!(load(&tls).unwrap().secure());
        }
    }

    #[test]
    fn https_brings_the_host_cookie() {
        let config = load(&[("DOORWARD_PUBLIC_URL", "https://Doorward.example:443/"), ("DOORWARD_INSECURE_HTTP", "1")]);
        let config = config.unwrap();
        assert!(config.secure() && !config.insecure_http);
        assert_eq!((config.origin(), config.cookie_name()), ("https://doorward.example", "__Host-doorward"));
        let tls = load(&[("DOORWARD_TLS_CERT", "c.pem"), ("DOORWARD_TLS_KEY", "k.pem")]).unwrap();
        assert_eq!(
            (tls.origin(), tls.tls.clone()),
            ("https://127.0.0.1:3000", Some(Tls { cert: "c.pem".into(), key: "k.pem".into() }))
        );
    }

    #[test]
    fn a_wrong_value_is_one_line_that_names_it() {
        for (name, value) in [
            ("DOORWARD_LISTEN", "3000\n"),
            ("DOORWARD_METRICS_LISTEN", "localhost"),
            ("DOORWARD_METRICS_LISTEN", "127.0.0.1:3000"),
            ("DOORWARD_PUBLIC_URL", "https://doorward.example/app"),
            ("DOORWARD_PUBLIC_URL", "https://user@doorward.example"),
            ("DOORWARD_PUBLIC_URL", "doorward.example"),
            ("DOORWARD_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("DOORWARD_MAIL_FROM", "Doorward"),
            ("DOORWARD_MAIL_FROM", "a@b\nBcc: c@d"),
            ("DOORWARD_INSECURE_HTTP", "maybe"),
            ("DOORWARD_API_LIMIT", "many"),
            ("DOORWARD_API_LIMIT", "-1"),
            ("DOORWARD_API_LIMIT", "5000000000"),
        ] {
            refused(name, value);
        }
        assert!(load(&[("DOORWARD_TLS_KEY", "k.pem")]).unwrap_err().starts_with("DOORWARD_TLS_CERT: "));
        let both = [("DOORWARD_TLS_CERT", "c"), ("DOORWARD_TLS_KEY", "k"), ("DOORWARD_PUBLIC_URL", "http://localhost")];
        assert!(load(&both).unwrap_err().contains("https://"));
    }

    #[test]
    fn secrets_are_neither_in_errors_nor_in_debug() {
        assert!(!refused("DOORWARD_DATABASE_URL", "mysql://u:hunter2@db/x").contains("hunter2"));
        for url in ["http://u:hunter2@mail", "smtp://hunter2@mail", "smtp://u:hunter2@mail?tls=hunter2"] {
            assert!(!refused("DOORWARD_SMTP_URL", url).contains("hunter2"), "{url}");
        }
        let config = load(&[
            ("DOORWARD_DATABASE_URL", "postgres://u:hunter2@db/x"),
            ("DOORWARD_SMTP_URL", "smtps://u:hunter2@mail"),
            ("DOORWARD_MAIL_FROM", "doorward@example.com"),
            ("DOORWARD_ADMIN_PASSWORD", " hunter2 "),
        ]);
        let config = config.unwrap();
        assert!(!format!("{config:?} {:?}", config.admin_password).contains("hunter2"));
        assert_eq!(config.admin_password.as_ref().map(Secret::expose), Some(" hunter2 "));
    }

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        let (url, from) =
            (("DOORWARD_SMTP_URL", "smtp://u:p@mail.example:2525"), ("DOORWARD_MAIL_FROM", "Door <d@example.com>"));
        let mail = load(&[url, from]).unwrap().mail.unwrap();
        assert_eq!((mail.server.as_str(), mail.sender().as_str()), ("mail.example:2525", "Door <d@example.com>"));
        assert!(load(&[url]).unwrap_err().starts_with("DOORWARD_MAIL_FROM: "));
        assert!(load(&[from]).unwrap_err().starts_with("DOORWARD_SMTP_URL: "));
        assert!(load(&[url, ("DOORWARD_MAIL_FROM", "Door")]).unwrap_err().starts_with("DOORWARD_MAIL_FROM: "));
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let config = load(&[("DOORWARD_TRUSTED_PROXIES", "10.0.0.2, 10.1.0.0/16,fd00::/8")]).unwrap();
        let nets: Vec<String> = config.trusted_proxies.iter().map(IpNet::to_string).collect();
        assert_eq!(nets, ["10.0.0.2/32", "10.1.0.0/16", "fd00::/8"]);
    }
}
