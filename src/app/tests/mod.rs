mod doorway;
mod headers;
mod parity;
