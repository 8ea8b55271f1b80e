using System.Diagnostics;
using Emergence.Benchmarks.Sae;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Benchmarks.Arrow;

/// <summary>
/// Time of writing a large checkpoint's tables as Arrow streams and files, of reading them with every check, and of cutting them into messages,
/// each against a plain copy of the same bytes in the same round. Medians of the rounds; the target of every copy and table is memory that was used before.
/// Options, in order: layers (8), features (16384), categories (25), rounds (9), a table (all).
/// </summary>
internal static class ArrowBenchmark
{
    private const int MessageBytes = 1_000_000;
    private static readonly RunIdentity _run = new("benchmark", "model", 1_000_000_000, "1", "emergence");

    public static void Run(string[] args, TextWriter output)
    {
        int Option(int place, int otherwise) => args.Length > place ? int.Parse(args[place]) : otherwise;
        var (layers, features, categories, rounds) = (Option(0, 8), Option(1, 16_384), Option(2, 25), Option(3, 9));
        var result = LargeCheckpoint.Make(layers, features, categories, new Random(1));
        output.WriteLine($"{layers} layers, {features} features, {categories} categories: {result.Firings.Count} rows of firings, {result.Features.Count} of features; medians of {rounds} rounds");
        output.WriteLine("times over the time of a plain copy of the same bytes, MB/s in brackets; of tables below 1 MB microseconds");
        output.WriteLine($"{"table",-9} {"MB",8} {"copy",14} {"write stream",18} {"write file",18} {"read stream",18} {"read file",18} {"cut messages",18}");
        foreach (var table in TableSchema.Each.Where(table => args.Length < 5 || TableSchema.NameOf(table) == args[4]))
        {
            Measure(table, result, rounds, output);
        }
    }

    private static void Measure(Tables table, CheckpointResult result, int rounds, TextWriter output)
    {
        var stream = Write(s => ArrowTables.WriteStream(s, table, _run, result));
        var file = Write(s => ArrowTables.WriteFile(s, table, _run, result));
        var target = new byte[file.Length];
        var empty = new CheckpointResult(result.Step, null, [], [], [], [], []);
        Action[] parts =
        [
            () => stream.CopyTo(target, 0),
            () => ArrowTables.WriteStream(new MemoryStream(target), table, _run, result),
            () => ArrowTables.WriteFile(new MemoryStream(target), table, _run, result),
            () => ArrowTables.ReadStream(stream, "memory", table, empty),
            () => ArrowTables.ReadFile(new MemoryStream(file), "memory", table, empty),
            () => Cut(file, table, result.Step),
        ];

        // Small tables are repeated within a round, so that the clock can tell their times.
        var repeats = Math.Max(1, 4_000_000 / stream.Length);
        var times = parts.Select(_ => new double[rounds]).ToArray();
        for (var round = -2; round < rounds; round++)
        {
            for (var part = 0; part < parts.Length; part++)
            {
                // What the part before left behind is not this one's to collect.
                GC.Collect();
                var watch = Stopwatch.StartNew();
                for (var i = 0; i < repeats; i++)
                {
                    parts[part]();
                }

                if (round >= 0)
                {
                    times[part][round] = watch.Elapsed.TotalSeconds / repeats;
                }
            }
        }

        var medians = times.Select(t => Median.Of(t)).ToArray();
        var megabytes = stream.Length / 1e6;
        string Show(double seconds, bool withRatio) =>
            megabytes < 1 ? $"{seconds * 1e6:0} µs" : $"{(withRatio ? $"{seconds / medians[0]:0.00} " : "")}[{megabytes / seconds:0}]";
        output.WriteLine($"{TableSchema.NameOf(table),-9} {megabytes,8:0.000} {Show(medians[0], false),14} {string.Join(' ', medians.Skip(1).Select(m => $"{Show(m, true),18}"))}");
    }

    private static void Cut(byte[] file, Tables table, long step)
    {
        foreach (var _ in MessageCutter.CutFile(new MemoryStream(file), "memory", table, step, MessageBytes))
        {
        }
    }

    private static byte[] Write(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
