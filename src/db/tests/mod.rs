mod files;
mod storage;
