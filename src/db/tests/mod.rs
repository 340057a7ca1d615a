mod files;
mod storage;
mod tls;
mod upkeep;
