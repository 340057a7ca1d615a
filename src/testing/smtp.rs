//! A mail server of the test's own: it speaks the few lines of SMTP that a client needs, keeps what it was sent, and
//! takes it, refuses it or says nothing, as it is told.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What Doorward signs in to it with.
pub const SMTP_PASSWORD: &str = "swordfish-of-mail";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    Take,
    /// Answers so to the sign-in.
    RefuseAuth(String),
    /// Answers so to the address.
    RefuseTo(String),
    /// Takes the mail and answers so. `{password}` stands for the temporary password in it.
    RefuseMail(String),
    /// Keeps the connection and never says a word.
    Hang,
}

/// A mail that the client sent whole, whatever was answered.
#[derive(Clone, Debug)]
pub struct Mailed {
    pub to: String,
    pub text: String,
}

impl Mailed {
    /// The temporary password that it brings.
    pub fn password(&self) -> String {
        let line = self.text.lines().find_map(|line| line.trim().strip_prefix("Password:"));
        line.unwrap_or_else(|| panic!("no password in {}", self.text)).trim().to_owned()
    }
}

pub struct Smtp {
    pub url: String,
    state: Arc<State>,
}

struct State {
    manner: Mutex<Manner>,
    mails: Mutex<Vec<Mailed>>,
}

impl Smtp {
    pub async fn start() -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://doorward:{SMTP_PASSWORD}@{}", listener.local_addr().unwrap());
        let state = Arc::new(State { manner: Mutex::new(Manner::Take), mails: Mutex::default() });
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, shared.clone()));
            }
        });
        Smtp { url, state }
    }

    pub fn is(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }

    /// All that came, the oldest first.
    pub fn mails(&self) -> Vec<Mailed> {
        self.state.mails.lock().unwrap().clone()
    }

    #[track_caller]
    pub fn last(&self) -> Mailed {
        self.mails().pop().expect("no mail came")
    }
}

/// One conversation; it ends when the client leaves.
async fn serve(socket: TcpStream, state: Arc<State>) -> std::io::Result<()> {
    let manner = state.manner.lock().unwrap().clone();
    let mut socket = BufReader::new(socket);
    let mut line = String::new();
    if manner == Manner::Hang {
        while socket.read_line(&mut line).await? > 0 {}
        return Ok(());
    }
    say(&mut socket, "220 test").await?;
    let mut to = String::new();
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (word.as_str(), &manner) {
            ("EHLO", _) => "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            ("AUTH", Manner::RefuseAuth(answer)) => answer.clone(),
            ("AUTH", _) => "235 welcome".to_owned(),
            ("RCPT", Manner::RefuseTo(answer)) => answer.clone(),
            ("RCPT", _) => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok".to_owned()
            }
            ("DATA", _) => {
                say(&mut socket, "354 go on").await?;
                let mailed = Mailed { to: to.clone(), text: text(&mut socket).await? };
                let answer = match &manner {
                    Manner::RefuseMail(answer) => answer.replace("{password}", &mailed.password()),
                    _ => "250 queued".to_owned(),
                };
                state.mails.lock().unwrap().push(mailed);
                answer
            }
            ("QUIT", _) => {
                say(&mut socket, "221 bye").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        say(&mut socket, &answer).await?;
    }
}

async fn say(socket: &mut BufReader<TcpStream>, answer: &str) -> std::io::Result<()> {
    socket.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await
}

/// Up to the line with the dot.
async fn text(socket: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let from = text.len();
        if socket.read_line(&mut text).await? == 0 || &text[from..] == ".\r\n" {
            return Ok(text);
        }
    }
}
