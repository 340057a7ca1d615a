//! The mail server: where it is, who writes, and one conversation with it.

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Category;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// A server that has not taken a mail by then is taken for dead.
const PATIENCE: Duration = Duration::from_secs(30);

/// Of what a server says, this much is kept.
const SAID_MAX: usize = 300;

/// What a mail says. Without markup: nothing in a name becomes more than text.
#[derive(Clone)]
pub struct Letter {
    /// Unique: the mail's `Message-ID`.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// Stands in the body and nowhere else.
    pub secret: Option<String>,
}

/// Why the server did not take a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// It will not take it later either (RFC 5321 §4.2.1: 5yz; y = 5 is about this mail, not about who sends it).
    pub for_good: bool,
    /// The server's own words, on one line, without secrets.
    pub said: String,
}

/// Which of the two settings is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Url(&'static str),
    Sender,
}

/// How the conversation with the server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    Tls,
    StartTls,
    /// STARTTLS where the server offers it.
    Offered,
    Plain,
}

impl Privacy {
    pub fn words(self) -> &'static str {
        match self {
            Privacy::Tls => "encrypted (TLS)",
            Privacy::StartTls => "encrypted (STARTTLS)",
            Privacy::Offered => "encrypted where the server offers it",
            Privacy::Plain => "not encrypted",
        }
    }
}

/// The mail server of the installation. Without `Debug`: its address holds a password.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
    /// Host and port.
    pub server: String,
    pub privacy: Privacy,
    /// As typed and as it is meant: neither may be told on.
    passwords: Vec<String>,
    /// How long one mail may take.
    pub patience: Duration,
}

impl Mailer {
    /// `smtp://USER:PASSWORD@HOST:PORT`, with `?tls=required` for STARTTLS, or `smtps://…`; `host` is this installation's.
    pub fn open(url: &str, sender: &str, host: Option<&str>) -> Result<Mailer, Wrong> {
        let sender: Mailbox = sender.parse().map_err(|_| Wrong::Sender)?;
        let parsed = Url::parse(url).map_err(|_| Wrong::Url(NO_URL))?;
        let (privacy, port) = privacy(&parsed)?;
        let name = parsed.host_str().filter(|name| !name.is_empty()).ok_or(Wrong::Url(NO_URL))?;
        if parsed.username().is_empty() != parsed.password().is_none() {
            return Err(Wrong::Url("names a user without a password, or a password without a user"));
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| Wrong::Url(NO_URL))?;
        // A mail server may refuse who does not say where they are.
        let hello = host.filter(|_| parsed.path().len() <= 1).map(|host| ClientId::Domain(host.to_owned()));
        let builder = match hello {
            Some(hello) => builder.hello_name(hello),
            None => builder,
        };
        Ok(Mailer {
            transport: builder.timeout(Some(PATIENCE)).build(),
            sender,
            server: format!("{name}:{}", parsed.port().unwrap_or(port)),
            privacy,
            passwords: spellings(parsed.password().unwrap_or_default()),
            patience: PATIENCE,
        })
    }

    /// Who writes, as people read it.
    pub fn sender(&self) -> String {
        self.sender.to_string()
    }

    /// Hands one mail to the server; what it said when it took it.
    pub async fn send(&self, letter: Letter, within: Duration) -> Result<String, NotTaken> {
        let secret = letter.secret.clone();
        let message = self.compose(letter).map_err(|said| NotTaken { for_good: true, said })?;
        let sent = timeout(within.min(self.patience), self.transport.send(message)).await;
        let secret = secret.as_deref();
        match sent {
            Err(_) => {
                let said = format!("{} did not answer in time.", self.server);
                Err(NotTaken { for_good: false, said })
            }
            Ok(Ok(answer)) => {
                let words: Vec<&str> = answer.message().collect();
                Ok(self.told(&format!("{} {}", answer.code(), words.join(" ")), secret))
            }
            Ok(Err(error)) => Err(NotTaken { for_good: for_good(&error), said: self.told(&words(&error), secret) }),
        }
    }

    fn compose(&self, letter: Letter) -> Result<Message, String> {
        let to: Address = letter.to.parse().map_err(|_| "Mail can't be sent to this address.".to_owned())?;
        let id = format!("<{}@{}>", letter.id, self.sender.email.domain());
        Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.subject))
            .message_id(Some(id))
            // RFC 3834 §5: no vacation notice answers.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body)
            .map_err(|error| error.to_string())
    }

    /// What the server said, fit to be kept and shown.
    fn told(&self, said: &str, secret: Option<&str>) -> String {
        let mut said = one_line(said);
        for secret in self.passwords.iter().map(String::as_str).chain(secret) {
            said = said.replace(secret, "…");
        }
        said.chars().take(SAID_MAX).collect()
    }
}

const NO_URL: &str = "is not smtp://HOST:PORT or smtps://USER:PASSWORD@HOST; smtp may end in ?tls=required";

fn privacy(url: &Url) -> Result<(Privacy, u16), Wrong> {
    let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), tls.as_deref()) {
        ("smtps", None) => Ok((Privacy::Tls, 465)),
        ("smtp", Some("required")) => Ok((Privacy::StartTls, 587)),
        ("smtp", Some("opportunistic")) => Ok((Privacy::Offered, 587)),
        ("smtp", None) => Ok((Privacy::Plain, 25)),
        _ => Err(Wrong::Url(NO_URL)),
    }
}

fn spellings(password: &str) -> Vec<String> {
    let pair = format!("p={password}").replace('+', "%2B");
    let plain = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned());
    [Some(password.to_owned()), plain].into_iter().flatten().filter(|text| !text.is_empty()).collect()
}

/// A line break would start a header, or a line of the log, of its own.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 55z is about the mail: no such mailbox, refused content. 50z, 52z and 53z are about the conversation, such as a wrong
/// password of ours, and may be mended.
fn for_good(error: &Error) -> bool {
    let about_the_mail = error.status().is_some_and(|code| code.category == Category::MailSystem);
    error.is_client() || (error.is_permanent() && about_the_mail)
}

/// The server's answer with its code; else what went wrong on the way to it.
fn words(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), cause) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Mailer {
        Mailer::open(url, "Doorward <doorward@example.com>", Some("doorward.example")).map_err(|_| url).unwrap()
    }

    fn letter(subject: &str, body: &str) -> Letter {
        Letter {
            id: "1".into(),
            to: "anna@example.com".into(),
            subject: subject.into(),
            body: body.into(),
            secret: None,
        }
    }

    #[test]
    fn ports_and_privacy_follow_the_scheme() {
        for (url, server, privacy) in [
            ("smtp://mail.example", "mail.example:25", Privacy::Plain),
            ("smtp://127.0.0.1:1025", "127.0.0.1:1025", Privacy::Plain),
            ("smtp://u:p@mail.example?tls=required", "mail.example:587", Privacy::StartTls),
            ("smtps://u:p@mail.example", "mail.example:465", Privacy::Tls),
        ] {
            let mailer = open(url);
            assert_eq!((mailer.server.as_str(), mailer.privacy), (server, privacy), "{url}");
        }
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for url in
            ["mail.example", "http://mail.example", "smtp://", "smtp://mail?tls=no", "smtp://u@mail", "smtp://:p@mail"]
        {
            assert!(matches!(Mailer::open(url, "a@example.com", None), Err(Wrong::Url(_))), "{url}");
        }
        for sender in ["Doorward", "a@b c", "a@b.de\nBcc: c@d.de", "<a@b.de"] {
            assert!(matches!(Mailer::open("smtp://mail", sender, None), Err(Wrong::Sender)), "{sender}");
        }
    }

    #[test]
    fn no_text_becomes_a_header() {
        let body = "Grüße\r\n.\r\nBcc: eve@example.com\n";
        let mail = open("smtp://mail").compose(letter("Hello\r\nBcc: eve@example.com", body)).unwrap();
        let text = String::from_utf8(mail.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.lines().all(|line| !line.starts_with("Bcc")), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated") && head.contains("To: anna@example.com"), "{head}");
        for to in ["anna@example.com\r\nRCPT TO:<eve@example.com>", "anna@example.com, eve@example.com", "anna"] {
            assert!(open("smtp://mail").compose(Letter { to: to.into(), ..letter("a", "b") }).is_err(), "{to}");
        }
    }

    #[test]
    fn what_a_server_says_is_told_without_our_secrets() {
        let mailer = open("smtp://u:p%40ss-word@mail");
        let said = mailer.told("535 no p@ss-word\r\nno p%40ss-word, no kiwis-apple", Some("kiwis-apple"));
        assert_eq!(said, "535 no … no …, no …");
        assert_eq!(mailer.told(&"x".repeat(9_000), None).len(), SAID_MAX);
    }
}
