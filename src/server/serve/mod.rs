//! Serving: connections within bounds, and a stop that ends.
//!
//! Who sends nothing, or a byte now and then, costs a descriptor and no more: a head has a time to be complete, a
//! connection that is quiet is closed, one address has a share and all of them stay below the descriptors of the process.
//! At a bound, whoever has waited longest without a request under way makes room, so that newcomers are served.

mod bounds;
mod connections;
mod deadline;
mod socket;
#[cfg(test)]
mod tests;

pub use bounds::{Bounds, raise_descriptors};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use connections::{Connection, Connections};
use deadline::Overdue;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use socket::{Answer, Socket};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// After an error of the listener, such as no descriptor left: the next try.
const AFTER_ERROR: Duration = Duration::from_millis(200);

/// How far the stop is.
#[derive(Clone, Default)]
struct Stop {
    /// No further request.
    begun: CancellationToken,
    /// Not even those under way.
    over: CancellationToken,
}

/// Serves until `stopped`; then requests under way have `bounds.in_flight` to be answered, and everything else ends at once.
/// Gives when that began.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stopped: impl Future<Output = ()>,
) -> Instant {
    let (stop, tasks, in_flight) = (Stop::default(), TaskTracker::new(), bounds.in_flight);
    let connections = Connections::within(bounds);
    let mut stopped = pin!(stopped);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        match accepted {
            Ok((stream, peer)) => match connections.admit(peer.ip()).await {
                Some(place) => {
                    let connection = place.connection.clone();
                    let socket = Socket::new(stream, place);
                    tasks.spawn(drive(socket, connection, peer, router.clone(), stop.clone()));
                }
                None => socket::refuse(&stream),
            },
            Err(error) if ends_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "could not accept a connection");
                connections.make_room(None).await;
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
    let began = Instant::now();
    drop(listener);
    stop.begun.cancel();
    tasks.close();
    if timeout(in_flight, tasks.wait()).await.is_err() {
        tracing::warn!(requests = tasks.len(), "stopped before every request was answered");
        stop.over.cancel();
        tasks.wait().await;
    }
    began
}

/// The client left before it was taken.
fn ends_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection until it is over, given up or closed for others.
async fn drive(socket: Socket, connection: Arc<Connection>, peer: SocketAddr, router: Router, stop: Stop) {
    let asked = connection.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        asked.busy();
        answer(router.clone(), request, peer, asked.clone())
    });
    // Times are kept by `Overdue`, which tells a head from a pause between requests.
    let served =
        http1::Builder::new().header_read_timeout(None::<Duration>).serve_connection(TokioIo::new(socket), service);
    let mut served = pin!(served.with_upgrades());
    let mut overdue = pin!(Overdue::of(&connection));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            ended = &mut served => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection lost");
                }
                return;
            }
            () = &mut overdue => return,
            () = connection.closed() => return,
            () = stop.over.cancelled() => return,
            () = stop.begun.cancelled(), if !stopping => {
                if connection.waits() {
                    return;
                }
                stopping = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    connection: Arc<Connection>,
) -> Result<Response<Answer>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await?;
    if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
        connection.upgraded();
    }
    Ok(response.map(|body| Answer::new(body, connection)))
}
