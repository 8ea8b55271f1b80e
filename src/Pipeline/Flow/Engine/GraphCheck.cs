using System.Text.RegularExpressions;

namespace Emergence.Pipeline.Flow.Engine;

/// <summary>Finds everything that is wrong with a declaration, each with how to mend it.</summary>
internal static partial class GraphCheck
{
    public static List<string> Problems(IReadOnlyList<Node> nodes, GraphOptions options)
    {
        var problems = new List<string>();
        if (options.DrainDeadline <= TimeSpan.Zero || options.DrainDeadline > TimeSpan.FromDays(30))
        {
            problems.Add($"the drain deadline is {options.DrainDeadline}; choose one above zero, up to 30 days");
        }

        var sources = nodes.Count(n => n.Shape == NodeShape.Source);
        if (sources != 1)
        {
            problems.Add($"there are {sources} sources; declare exactly one");
        }

        var own = nodes.ToHashSet();
        var names = new HashSet<string>();
        foreach (var node in nodes)
        {
            if (!Name().IsMatch(node.Name ?? ""))
            {
                problems.Add($"\"{node.Name}\" is not a stage name; use lower-case words joined by hyphens");
            }
            else if (!names.Add(node.Name!))
            {
                problems.Add($"two stages are called {node.Name}; rename one");
            }

            problems.AddRange(ProblemsOf(node, own));
        }

        return problems;
    }

    private static IEnumerable<string> ProblemsOf(Node node, HashSet<Node> own)
    {
        if (node.On is null)
        {
            yield return $"{node.Name} has no scheduler; give TaskScheduler.Default or a device";
        }

        if (node is MergeNode && node.Inlets.Count == 0)
        {
            yield return $"{node.Name} merges nothing; give it branches";
        }

        foreach (var inlet in node.Inlets)
        {
            if (inlet.Capacity < 1)
            {
                yield return $"{node.Name} holds {inlet.Capacity} messages; let it hold at least 1";
            }

            if (!own.Contains(inlet.From.Producer))
            {
                yield return $"{node.Name} takes from {inlet.From.Producer.Name} of another graph; take from a stage of this one";
            }
        }

        if (node is TeeNode && node.Outlets.Count == 0)
        {
            yield return $"{node.Name} has no branches; declare at least one";
        }

        for (var i = 0; i < node.Outlets.Count; i++)
        {
            var consumers = node.Outlets[i].Consumers;
            var what = node is TeeNode ? $"branch {i + 1} of {node.Name}" : node.Name;
            if (consumers.Count == 0)
            {
                yield return $"nobody takes the messages of {what}; end it in a sink";
            }
            else if (consumers.Count > 1)
            {
                yield return $"{string.Join(" and ", consumers.Select(c => c.Node.Name))} both take the messages of {what}; put a tee between";
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
