using System.Text;

namespace Emergence.Pipeline.Flow.Engine;

/// <summary>Prints a declaration as a Mermaid flowchart: a box per stage, an arrow per edge with what flows along it.</summary>
internal static class Mermaid
{
    public static string Print(IEnumerable<Node> nodes)
    {
        var text = new StringBuilder("flowchart TD\n");
        foreach (var node in nodes)
        {
            text.Append("    ").Append(Id(node)).Append(Box(node)).Append('\n');
            foreach (var inlet in node.Inlets)
            {
                // A dotted arrow loses messages when the stage is full.
                var arrow = inlet.WhenFull == WhenFull.Wait ? "-->" : "-.->";
                text.Append("    ").Append(Id(inlet.From.Producer)).Append(' ').Append(arrow)
                    .Append('|').Append(TypeName(inlet.From.MessageType)).Append("| ").Append(Id(node)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Mermaid reserves words such as <c>end</c>; with an underscore before it no name is one.</summary>
    private static string Id(Node node) => "_" + node.Name.Replace('-', '_');

    private static string Box(Node node)
    {
        var label = node.Inlets.Count == 0 ? node.Name : $"{node.Name}<br/>{Holds(node.Inlets[0])}<br/>on {Scheduler(node.On)}";
        return node.Shape switch
        {
            NodeShape.Source => $"([\"{label}\"])",
            NodeShape.Tee or NodeShape.Merge => $"{{{{\"{label}\"}}}}",
            NodeShape.Sink => $"[[\"{label}\"]]",
            _ => $"[\"{label}\"]",
        };
    }

    private static string Holds(Inlet inlet) =>
        $"holds {inlet.Capacity}, {(inlet.WhenFull == WhenFull.Wait ? "waits when full" : "drops the oldest when full")}";

    private static string Scheduler(TaskScheduler on) =>
        on is DeviceScheduler device ? device.Name : on == TaskScheduler.Default ? "pool" : on?.GetType().Name ?? "nothing";

    private static string TypeName(Type type) => type.Name.Split('`')[0];
}
