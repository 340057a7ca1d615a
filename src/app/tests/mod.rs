mod checklist;
mod doorway;
mod gate;
mod headers;
mod lists;
mod parity;
mod secrets;
