mod files;
mod storage;
mod upkeep;
