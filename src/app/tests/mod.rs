mod checklist;
mod doorway;
mod headers;
mod lists;
mod parity;
