mod checklist;
mod doorway;
mod gate;
mod headers;
mod parity;
mod secrets;
