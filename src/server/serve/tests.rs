use super::{Bounds, serve};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::routing::{get, post};
use futures::{SinkExt, StreamExt, stream};
use ipnet::IpNet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

fn bounds() -> Bounds {
    Bounds {
        head: Duration::from_millis(200),
        quiet: Duration::from_millis(600),
        in_flight: Duration::from_millis(300),
        connections: 100,
        per_address: 100,
        shared: Vec::new(),
    }
}

/// Times that no test reaches.
fn patient() -> Bounds {
    Bounds { head: PATIENCE, quiet: PATIENCE, ..bounds() }
}

struct Served {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<Instant>,
    /// Lets `/slow` answer.
    go_on: CancellationToken,
    /// `/slow` was asked.
    asked: mpsc::UnboundedReceiver<()>,
    /// The answer of `/endless` was given up.
    given_up: mpsc::UnboundedReceiver<()>,
}

#[derive(Clone)]
struct Shared {
    go_on: CancellationToken,
    asked: mpsc::UnboundedSender<()>,
    given_up: mpsc::UnboundedSender<()>,
}

struct GivenUp(mpsc::UnboundedSender<()>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

async fn slow(State(shared): State<Shared>) -> &'static str {
    shared.asked.send(()).unwrap();
    shared.go_on.cancelled().await;
    "slow"
}

async fn endless(State(shared): State<Shared>) -> Body {
    let guard = GivenUp(shared.given_up);
    Body::from_stream(stream::repeat(Bytes::from_static(&[0; 65_536])).map(move |bytes| {
        let _ = &guard;
        Ok::<_, Infallible>(bytes)
    }))
}

async fn echo(upgrade: WebSocketUpgrade) -> axum::response::Response {
    upgrade.on_upgrade(|mut socket: WebSocket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    })
}

impl Served {
    async fn within(bounds: Bounds) -> Served {
        let (asking, asked) = mpsc::unbounded_channel();
        let (giving_up, given_up) = mpsc::unbounded_channel();
        let (go_on, stop) = (CancellationToken::new(), CancellationToken::new());
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
            .route("/read", post(|body: Bytes| async move { body.len().to_string() }))
            .route("/slow", get(slow))
            .route("/endless", get(endless))
            .route("/socket", get(echo))
            .with_state(Shared { go_on: go_on.clone(), asked: asking, given_up: giving_up });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve(listener, router, bounds, stop.clone().cancelled_owned()));
        Served { address, stop, serving, go_on, asked, given_up }
    }

    async fn connected(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn connected_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// A connection with a request under way.
    async fn asking(&mut self) -> TcpStream {
        let mut stream = self.connected().await;
        stream.write_all(SLOW).await.unwrap();
        timeout(PATIENCE, self.asked.recv()).await.unwrap().unwrap();
        stream
    }

    /// As many connections that have been taken: each has had an answer.
    async fn idle(&self, number: usize, from: &str) -> Vec<TcpStream> {
        let mut idle = Vec::new();
        for _ in 0..number {
            let mut stream = self.connected_from(from).await;
            assert_eq!(ask(&mut stream, GET).await, from);
            idle.push(stream);
        }
        idle
    }
}

/// The body of the answer to a request.
async fn ask(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).await.unwrap();
    answer(stream).await
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut bytes = [0; 1024];
        let read = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("no answer").unwrap();
        assert!(read > 0, "closed after {text:?}");
        text += std::str::from_utf8(&bytes[..read]).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() >= length.parse().unwrap() {
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            return body.to_owned();
        }
    }
}

/// Everything until the other side closes.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is closed with something unread is reset.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("still open");
    String::from_utf8(bytes).unwrap()
}

async fn is_open(stream: &mut TcpStream) -> bool {
    stream.write_all(GET).await.is_ok() && matches!(stream.read(&mut [0; 1024]).await, Ok(1..))
}

#[tokio::test]
async fn silence_and_half_a_head_are_given_up_after_the_time_of_a_head() {
    let served = Served::within(Bounds { quiet: PATIENCE, ..bounds() }).await;
    for sent in [&b""[..], b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"] {
        let since = Instant::now();
        let mut stream = served.connected().await;
        stream.write_all(sent).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, "");
        assert!(since.elapsed() >= bounds().head && since.elapsed() < PATIENCE / 2);
    }
}

#[tokio::test]
async fn head_that_drips_is_given_up_as_well_also_the_second_one() {
    let served = Served::within(Bounds { quiet: PATIENCE, ..bounds() }).await;
    for asks_before in [false, true] {
        let mut stream = served.connected().await;
        if asks_before {
            ask(&mut stream, GET).await;
        }
        let (mut reading, mut writing) = stream.into_split();
        let drips = tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            while writing.write_all(b"x").await.is_ok() {
                tick.tick().await;
            }
        });
        let _ = timeout(PATIENCE, reading.read(&mut [0; 16])).await.expect("still open");
        timeout(PATIENCE, drips).await.expect("still taking bytes").unwrap();
    }
}

#[tokio::test]
async fn connection_between_requests_is_kept_longer_than_a_head_and_not_for_ever() {
    let served = Served::within(bounds()).await;
    let mut stream = served.connected().await;
    let since = Instant::now();
    ask(&mut stream, GET).await;
    assert_eq!(until_closed(&mut stream).await, "");
    assert!(since.elapsed() >= bounds().quiet, "{:?}", since.elapsed());
}

#[tokio::test]
async fn request_that_takes_longer_than_a_head_may_is_answered() {
    let mut served = Served::within(Bounds { quiet: PATIENCE, ..bounds() }).await;
    let mut asking = served.asking().await;
    // Somebody who came later and says nothing is given up by now.
    until_closed(&mut served.connected().await).await;
    served.go_on.cancel();
    assert_eq!(answer(&mut asking).await, "slow");
}

#[tokio::test]
async fn reader_who_takes_nothing_is_given_up() {
    let mut served = Served::within(bounds()).await;
    let mut stream = served.connected().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    timeout(PATIENCE, served.given_up.recv()).await.expect("still waiting").unwrap();
}

#[tokio::test]
async fn more_connections_than_there_may_be_push_out_who_waits_longest() {
    let served = Served::within(Bounds { connections: 4, ..patient() }).await;
    let mut waiting = served.idle(3, "127.0.0.1").await;
    let mut half = served.connected().await;
    half.write_all(b"GET / HT").await.unwrap();
    let mut flood = served.idle(1, "127.0.0.1").await;
    until_closed(&mut waiting[0]).await;
    assert!(is_open(&mut waiting[1]).await && is_open(&mut waiting[2]).await);
    flood.extend(served.idle(20, "127.0.0.1").await);
    for pushed_out in waiting.iter_mut().chain([&mut half]) {
        until_closed(pushed_out).await;
    }
}

#[tokio::test]
async fn one_address_pushes_out_its_own_connections_alone() {
    let served = Served::within(Bounds { per_address: 3, ..patient() }).await;
    let mut others = served.idle(3, "127.0.0.2").await;
    let mut own = served.idle(10, "127.0.0.1").await;
    let mut open = 0;
    for stream in &mut own {
        open += usize::from(is_open(stream).await);
    }
    assert_eq!(open, 3);
    for stream in &mut others {
        assert!(is_open(stream).await);
    }
}

#[tokio::test]
async fn address_that_many_share_has_no_share() {
    let shared = vec!["127.0.0.2/32".parse::<IpNet>().unwrap()];
    let served = Served::within(Bounds { per_address: 2, shared, ..patient() }).await;
    for stream in &mut served.idle(10, "127.0.0.2").await {
        assert!(is_open(stream).await);
    }
}

#[tokio::test]
async fn while_every_request_is_under_way_a_newcomer_is_told_to_come_again() {
    let mut served = Served::within(Bounds { connections: 2, ..patient() }).await;
    let mut asking = [served.asking().await, served.asking().await];
    let refused = until_closed(&mut served.connected().await).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("\r\nRetry-After: "), "{refused}");
    served.go_on.cancel();
    for stream in &mut asking {
        assert_eq!(answer(stream).await, "slow");
    }
    assert_eq!(ask(&mut served.connected().await, GET).await, "127.0.0.1");
}

#[tokio::test]
async fn websocket_has_times_of_its_own_and_takes_a_place() {
    let mut served = Served::within(Bounds { connections: 2, ..bounds() }).await;
    let url = format!("ws://{}/socket", served.address);
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let mut later = served.idle(1, "127.0.0.1").await;
    until_closed(&mut later[0]).await;
    socket.send(Message::text("still there")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("still there"));
    let _asking = served.asking().await;
    let refused = until_closed(&mut served.connected().await).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    socket.close(None).await.unwrap();
    while socket.next().await.is_some() {}
    let served_again = async { while !is_open(&mut served.connected().await).await {} };
    timeout(PATIENCE, served_again).await.expect("its place is not free again");
}

#[tokio::test]
async fn body_is_read_and_its_connection_goes_on() {
    let served = Served::within(bounds()).await;
    let mut stream = served.connected().await;
    for _ in 0..3 {
        stream.write_all(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc").await.unwrap();
        assert_eq!(ask(&mut stream, b"def").await, "6");
    }
}

#[tokio::test]
async fn stop_closes_who_waits_answers_what_is_under_way_and_ends() {
    let mut served = Served::within(Bounds { in_flight: PATIENCE, ..patient() }).await;
    let (mut asking, mut idle) = (served.asking().await, served.idle(2, "127.0.0.1").await);
    let mut half = served.connected().await;
    half.write_all(b"GET / HT").await.unwrap();
    ask(&mut idle[1], GET).await;
    served.stop.cancel();
    for waiting in [&mut half, &mut idle[0]] {
        assert_eq!(until_closed(waiting).await, "");
    }
    served.go_on.cancel();
    assert_eq!(answer(&mut asking).await, "slow");
    assert_eq!(until_closed(&mut asking).await, "", "not kept for another request");
    timeout(PATIENCE, served.serving).await.expect("still serving").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn stop_does_not_wait_for_ever() {
    let mut served = Served::within(patient()).await;
    let mut asking = served.asking().await;
    let mut stuck = served.connected().await;
    stuck.write_all(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx").await.unwrap();
    let mut reads_nothing = served.connected().await;
    reads_nothing.write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let since = Instant::now();
    served.stop.cancel();
    timeout(PATIENCE, served.serving).await.expect("still serving").unwrap();
    assert!(since.elapsed() >= bounds().in_flight);
    assert_eq!(until_closed(&mut asking).await + &until_closed(&mut stuck).await, "");
}
