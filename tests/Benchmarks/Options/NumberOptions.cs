using System.Globalization;

namespace Emergence.Benchmarks.Options;

/// <summary>Options of a benchmark that are all whole numbers of at least 1.</summary>
internal static class NumberOptions
{
    /// <summary>Reads arguments, and says how they are used when they are wrong.</summary>
    /// <param name="benchmark">Name of the benchmark.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="known">Each option with its default.</param>
    /// <returns>Each option's number; null when the arguments are wrong.</returns>
    public static IReadOnlyDictionary<string, int>? Read(string benchmark, string[] args, params (string Option, int Default)[] known)
    {
        var given = known.ToDictionary(k => k.Option, k => k.Default);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !given.ContainsKey(args[i]) || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1)
            {
                Console.Error.WriteLine($"usage: Benchmarks {benchmark} {string.Join(' ', known.Select(k => $"[{k.Option} N]"))}; N at least 1");
                return null;
            }

            given[args[i]] = value;
        }

        return given;
    }
}
