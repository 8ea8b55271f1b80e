using System.Diagnostics;
using Emergence.Stages.Curves;
using Emergence.Stages.Firing;

namespace Emergence.Benchmarks.Curves;

/// <summary>
/// Time of the statistics of one layer at one checkpoint, part by part, and against the naive formula.
/// Options, in order: features (2048), k (32), tokens (140000), repetitions (5).
/// </summary>
internal static class CurvesBenchmark
{
    public static void Run(string[] args, TextWriter output)
    {
        int Option(int place, int otherwise) => args.Length > place ? int.Parse(args[place]) : otherwise;
        var features = Option(0, 2048);
        var k = Option(1, 32);
        var tokens = Option(2, 140_000);
        var repetitions = Option(3, 5);
        var random = new Random(1);
        var probe = SyntheticFirings.Probe(60, tokens, random);
        var log = SyntheticFirings.Log(probe, features, k, random);
        var clock = Stopwatch.StartNew();
        var calculator = new CurveCalculator(probe, new CurveOptions());
        output.WriteLine($"{probe.TokenCount} tokens, {features} features, {log.Count} firings; preparing the calculator {clock.Elapsed.TotalMilliseconds:0} ms (once per run)");

        var history = new LayerHistory(0);
        var decoder = Enumerable.Range(0, features * 128).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var names = new[] { "by feature", "count, test, cover", "bootstrap", "permutations", "categorical null", "rows", "history" };
        var best = Enumerable.Repeat(double.MaxValue, names.Length).ToArray();
        LayerCurves? curves = null;
        for (var r = 0; r < repetitions; r++)
        {
            Measure(0, () => calculator.Transpose(log));
            Measure(1, calculator.Associate);
            Measure(2, () => calculator.Resample(withBootstrap: true, withPermutations: false));
            Measure(3, () => calculator.Resample(withBootstrap: false, withPermutations: true));
            Measure(4, calculator.AssociateNull);
            Measure(5, () => curves = calculator.Publish(0));
            Measure(6, () => history.Advance(r, curves!, decoder, 128));
        }

        for (var i = 0; i < names.Length; i++)
        {
            output.WriteLine($"  {names[i],-20} {best[i],7:0.0} ms");
        }

        output.WriteLine($"  {"together",-20} {best.Sum(),7:0.0} ms");
        output.WriteLine($"  categorical features {curves!.Features.Count(f => f.IsCategorical)}, rows of firings {curves.Firings.Count}");
        AgainstNaive(output);

        void Measure(int part, Action action)
        {
            var watch = Stopwatch.StartNew();
            action();
            best[part] = Math.Min(best[part], watch.Elapsed.TotalMilliseconds);
        }
    }

    private static void AgainstNaive(TextWriter output)
    {
        const int features = 128;
        var random = new Random(2);
        var probe = SyntheticFirings.Probe(60, 6000, random);
        var log = SyntheticFirings.Log(probe, features, 8, random);
        var firings = new FeatureFirings();
        firings.Fill(log);
        var lists = Enumerable.Range(0, features).Select(f => firings.Tokens(f).ToArray()).ToArray();
        var parts = probe.Documents.SelectMany(d => d.Labels[1]).ToArray();
        var permuted = Enumerable.Range(0, 10).Select(p => parts.Skip(p).Concat(parts.Take(p)).ToArray()).ToArray();
        var clock = Stopwatch.StartNew();
        var sum = NaiveBestF1.Sum(probe, lists, permuted, 30);
        var naive = clock.Elapsed.TotalMilliseconds * 10;
        var calculator = new CurveCalculator(probe, new CurveOptions());
        calculator.Transpose(log);
        calculator.Associate();
        var fast = double.MaxValue;
        for (var r = 0; r < 20; r++)
        {
            clock.Restart();
            calculator.Resample(withBootstrap: false, withPermutations: true);
            fast = Math.Min(fast, clock.Elapsed.TotalMilliseconds);
        }

        output.WriteLine($"  100 permutations of 6000 tokens, 128 features, k 8: naive formula {naive:0} ms, here {fast:0.0} ms, {naive / fast:0} times faster (naive check sum {sum:0.000})");
    }
}
