//! What the console and the browser tell each other.

/// What became of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Open,
    /// Closed with this code; it is tried again until the handle is closed.
    Lost(u16),
}

/// Where the focus goes inside a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    First,
    Last,
    Next,
    Previous,
}
