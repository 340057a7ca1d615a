#![recursion_limit = "256"]
//! The `doorward` binary.

use clap::Parser;
use doorward::commands::{Cli, run};
use std::process::ExitCode;

/// An SSR stream that waits for a blocking hash hangs on a single worker: never fewer than four.
const FEWEST_WORKERS: usize = 4;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let workers = std::thread::available_parallelism().map_or(FEWEST_WORKERS, usize::from).max(FEWEST_WORKERS);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)).map_err(|error| error.to_string()),
        Err(error) => Err(format!("cannot start: {error}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("doorward: {message}");
            ExitCode::FAILURE
        }
    }
}
