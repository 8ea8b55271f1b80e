using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// How the watched layers of a run are shared among workers, as the command line has it: <c>2</c> cuts them into two groups of about
/// equal size, <c>0-3,4-7</c> names the groups.
/// </summary>
public sealed record LayerGroupPlan
{
    private readonly int _count;
    private readonly IReadOnlyList<(int First, int Last)> _ranges;
    private readonly string _text;

    private LayerGroupPlan(int count, IReadOnlyList<(int First, int Last)> ranges, string text) => (_count, _ranges, _text) = (count, ranges, text);

    /// <summary>All layers in one group.</summary>
    public static LayerGroupPlan One { get; } = new(1, [], "1");

    /// <summary>How many groups there are.</summary>
    public int Count => _ranges.Count == 0 ? _count : _ranges.Count;

    /// <summary>Reads a plan.</summary>
    /// <param name="text">A number of groups, or ranges of layers separated by commas.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out LayerGroupPlan? plan)
    {
        plan = null;
        if (TryNumber(text, out var count))
        {
            plan = count >= 1 ? new LayerGroupPlan(count, [], text) : null;
            return plan is not null;
        }

        var ranges = new List<(int First, int Last)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last) || last < first || (ranges.Count > 0 && first <= ranges[^1].Last))
            {
                return false;
            }

            ranges.Add((first, last));
        }

        plan = new LayerGroupPlan(0, ranges, text);
        return true;
    }

    /// <summary>The groups of a run.</summary>
    /// <param name="layers">Its watched layers, ascending.</param>
    /// <returns>Groups in ascending order; every layer is in one.</returns>
    /// <exception cref="SettingsException">They do not fit the layers.</exception>
    public IReadOnlyList<LayerGroup> Over(IReadOnlyList<int> layers)
    {
        if (_ranges.Count == 0)
        {
            return _count <= layers.Count
                ? [.. Enumerable.Range(0, _count).Select(g => LayerGroup.Of([.. layers.Take(Cut(g)..Cut(g + 1))]))]
                : throw Problem($"there are {layers.Count} watched layers for {_count} groups", $"use at most {layers.Count} groups");
        }

        int[][] groups = [.. _ranges.Select(r => layers.Where(l => l >= r.First && l <= r.Last).ToArray())];
        if (Array.FindIndex(groups, g => g.Length == 0) is var empty and >= 0)
        {
            throw Problem($"{_ranges[empty].First}-{_ranges[empty].Last} holds no watched layer", "name ranges of watched layers");
        }

        int[] left = [.. layers.Except(groups.SelectMany(g => g))];
        return left.Length == 0
            ? [.. groups.Select(LayerGroup.Of)]
            : throw Problem($"{(left.Length == 1 ? "layer" : "layers")} {string.Join(',', left)} {(left.Length == 1 ? "is" : "are")} in no group", "put every watched layer into a group, or leave layers out with --layers");

        int Cut(int group) => (int)((long)group * layers.Count / _count);
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static SettingsException Problem(string problem, string remedy) => new([new SettingProblem("--layer-groups", problem, remedy)]);

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= WatchLimits.MaxLayer + 1;
}
