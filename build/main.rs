//! Builds target/site, which is what browsers load, and then the server that embeds it. `.ci/build.sh` runs it in the
//! project's folder, where the tools of `.ci/setup.sh` and the style sheet of `.ci/styles.sh` are in `target`.

use std::env::var;
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::thread;
use wasm_bindgen_cli_support::Bindgen;
use wasmparser::{KnownCustom, Linking, Parser, Payload, SymbolInfo};

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const SITE: &str = "target/site";
const PKG: &str = "target/site/pkg";
const TOOLS: &str = "target/tools/node_modules/.bin";

/// Where cargo leaves the module, and the splitter what remains of it. A target folder of its own, as cargo-leptos has it.
const MODULE: &str = "target/front/wasm32-unknown-unknown/wasm-release/doorward.wasm";
const MAIN: &str = "target/front/wasm32-unknown-unknown/wasm-release/doorward_split.wasm";

/// What loads the chunks. `wasm_split_macros` writes this name into the module.
const LOADER: &str = "__wasm_split.______________________.js";

/// The oldest browsers that know what the console asks for anyway: `light-dark()`, popovers, nested rules.
const BROWSERS: &str = "--target=chrome123,firefox125,safari17.5";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("build: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result {
    same_wasm_bindgen()?;
    if Path::new(SITE).exists() {
        fs::remove_dir_all(SITE)?; // chunks of an earlier build would be embedded too
    }
    fs::create_dir_all(PKG)?;

    say("compiling the browser's part");
    // As what the crate's manifest says, a library for Rust too, it would be linked without link-time optimization.
    let browser = "rustc --lib --crate-type=cdylib --profile=wasm-release --target=wasm32-unknown-unknown";
    let flags = [vec!["-Clink-args=--emit-relocs".to_owned()], without_paths()?].concat();
    cargo(&format!("{browser} --target-dir=target/front"), "hydrate", flags)?;

    say("splitting it, and writing its JavaScript");
    let mut modules = split()?;
    modules.push(bind()?);

    say(&format!("optimizing {} WebAssembly files", modules.len()));
    optimize(&modules)?;

    say("minifying and compressing");
    minify(&format!("{PKG}/doorward.js"), "doorward.js")?;
    minify(&format!("{PKG}/{LOADER}"), LOADER)?;
    minify("src/app/page.js", "page.js")?;
    minify("src/app/palette.js", "palette.js")?;
    minify("target/style/main.css", "doorward.css")?;
    copy("public", SITE)?;
    run(Command::new("node").args([".ci/precompress.mjs", SITE]))?;

    say("compiling the server");
    cargo("build --bin=doorward --release --target-dir=target", "embed", Vec::new())
}

fn say(what: &str) {
    println!("build: {what}");
}

/// The module says what its JavaScript must be like, in a format that changes between versions.
fn same_wasm_bindgen() -> Result {
    let ours = locked(include_str!("Cargo.lock"), "wasm-bindgen-cli-support");
    let crates = fs::read_to_string("Cargo.lock")?;
    let theirs = locked(&crates, "wasm-bindgen");
    if ours == theirs {
        return Ok(());
    }
    Err(format!("Doorward has wasm-bindgen {theirs}: build/Cargo.toml must have it too, in place of {ours}").into())
}

fn locked<'a>(lock: &'a str, name: &str) -> &'a str {
    let start = format!("name = \"{name}\"\nversion = \"");
    lock.split_once(&start).and_then(|(_, rest)| rest.split('"').next()).unwrap_or("none")
}

/// The views' types are erased on both sides (docs/decisions/0007-erased-views.md).
fn cargo(what: &str, feature: &str, mut flags: Vec<String>) -> Result {
    flags.extend(var("RUSTFLAGS").unwrap_or_default().split_whitespace().map(str::to_owned));
    flags.extend(["--cfg", "erase_components"].map(str::to_owned));
    let mut cargo = Command::new(var("CARGO").as_deref().unwrap_or("cargo"));
    cargo.args(what.split(' ')).args(["--locked", "--no-default-features", "--features", feature]);
    run(cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")))
}

/// What a panic says of where it was: without the folder in which this machine keeps crates, which nobody needs to fetch.
fn without_paths() -> Result<Vec<String>> {
    let home = var("CARGO_HOME").or_else(|_| var("HOME").map(|home| format!("{home}/.cargo")))?;
    // Crates may be elsewhere, such as in a vendored folder.
    let Ok(registries) = fs::read_dir(format!("{home}/registry/src")) else { return Ok(Vec::new()) };
    let remap = |folder: PathBuf| format!("--remap-path-prefix={}/=", folder.display());
    registries.map(|folder| Ok(remap(folder?.path()))).collect()
}

/// Writes what belongs to the lazy pages alone into files of their own, and names them. It finds what belongs to what by
/// the relocations that the linker was told to leave.
fn split() -> Result<Vec<PathBuf>> {
    let mut module = fs::read(MODULE)?;
    leave_out(&mut module)?;
    let link = format!("./{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = Path::new(PKG);
    options.main_out_path = Path::new(MAIN);
    options.main_module = "./doorward.js";
    options.link_name = &link;
    Ok(wasm_split_cli_support::transform(options)?.split_modules)
}

/// What each erased view, attribute and route brings and nothing calls, which the compiler can't know: hydrating piece by
/// piece, where `app::hydrate` does it in one go, hydrating a `<template>`, and the server's list of routes
/// (docs/decisions/0073-lighter-first-file.md).
const UNUSED: [&str; 3] = [
    "8into_any13hydrate_async17h",
    "13into_any_attr21hydrate_from_template17h",
    "21into_any_nested_route15generate_routes17h",
];

/// What takes its place: of another type, so that a call, should there be one after all, ends the application.
const INSTEAD: &str = "hydrate_";

/// Gives what is `UNUSED` the index of `INSTEAD` in the linker's table of symbols. The splitter follows that table from
/// what is exported, and leaves out what it does not come by.
fn leave_out(module: &mut [u8]) -> Result {
    let symbols = symbols(module)?;
    let instead =
        symbols.iter().find(|it| it.name.starts_with(INSTEAD)).ok_or("the module exports no `hydrate`")?.index;
    for name in UNUSED {
        let mut unused = symbols.iter().filter(|it| it.name.contains(name)).peekable();
        unused.peek().ok_or_else(|| format!("{name} is not there: Leptos has changed, see UNUSED in build/main.rs"))?;
        for symbol in unused {
            write_number(&mut module[symbol.index_at.clone()], instead)?;
        }
    }
    Ok(())
}

/// LEB128, as long as what was there.
fn write_number(place: &mut [u8], mut number: u32) -> Result {
    let last = place.len() - 1;
    for (at, byte) in place.iter_mut().enumerate() {
        *byte = (number & 0x7f) as u8 | if at == last { 0 } else { 0x80 };
        number >>= 7;
    }
    if number == 0 { Ok(()) } else { Err("an index of the module does not fit".into()) }
}

/// A function in the linker's table of symbols, and where its index is written.
struct Symbol {
    name: String,
    index: u32,
    index_at: Range<usize>,
}

fn symbols(module: &[u8]) -> Result<Vec<Symbol>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Linking(linking) = section.as_known() else { continue };
        for part in linking.subsections() {
            let Linking::SymbolTable(table) = part? else { continue };
            for entry in table.into_iter_with_offsets() {
                let (at, SymbolInfo::Func { index, name: Some(name), .. }) = entry? else { continue };
                // Its kind, a byte, then its flags and its index.
                let index_at = number(module, number(module, usize::try_from(at)? + 1).end);
                found.push(Symbol { name: name.to_owned(), index, index_at });
            }
        }
    }
    Ok(found)
}

/// Where a LEB128 that begins here is written.
fn number(module: &[u8], at: usize) -> Range<usize> {
    let more = module[at..].iter().take_while(|byte| **byte & 0x80 != 0).count();
    at..at + more + 1
}

/// Gives the first file its JavaScript, `doorward.js`. Its exports stay as they are: the chunks link against them.
fn bind() -> Result<PathBuf> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.keep_lld_exports(true).demangle(false);
    bindgen.input_path(MAIN).out_name("doorward").generate(PKG)?;
    let file = Path::new(PKG).join("doorward.wasm");
    fs::rename(Path::new(PKG).join("doorward_bg.wasm"), &file)?;
    Ok(file)
}

/// Each file by a process of its own, as many at a time as there are cores.
fn optimize(modules: &[PathBuf]) -> Result {
    let rest = Mutex::new(modules.iter());
    let next = || rest.lock().ok()?.next();
    let work = || {
        while let Some(file) = next() {
            let how = ["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"];
            quietly(tool("wasm-opt").args(how).arg(file).arg("-o").arg(file))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| Err("wasm-opt was not run".into())))
    })
}

fn minify(from: &str, name: &str) -> Result {
    let to = format!("--outfile={PKG}/{name}");
    run(tool("esbuild").args([from, &to, BROWSERS, "--minify", "--allow-overwrite", "--log-level=error"]))
}

fn copy(from: &str, to: &str) -> Result {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), Path::new(to).join(entry.file_name()))?;
    }
    Ok(())
}

fn tool(name: &str) -> Command {
    Command::new(format!("{TOOLS}/{name}"))
}

fn run(command: &mut Command) -> Result {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}").into()) }
}

/// Shows what a program says only where it fails: wasm-opt warns of names that the splitter left.
fn quietly(command: &mut Command) -> Result {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}
