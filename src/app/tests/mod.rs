mod checklist;
mod doorway;
mod gate;
mod headers;
mod lists;
mod openapi;
mod parity;
mod secrets;
