mod checklist;
mod doorway;
mod headers;
mod parity;
