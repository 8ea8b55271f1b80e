using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Emergence.Stages.Curves.Alerts;

/// <summary>Writes the event of an alert with its evidence.</summary>
internal static class OnsetEvent
{
    /// <summary>
    /// The event; its evidence is <c>{"rule":"above_null99_at_2_of_3","statistic":"best_f1","censoring":"left"|"none","window":[{"step","best_f1","null99","above"}, …]}</c>
    /// with the checkpoints the rule looked at, oldest first.
    /// </summary>
    public static EventRow Make(AlertState alert, int layer, string facet, string category)
    {
        var last = alert.Recent[^1];
        var where = $"best_f1 of {facet} {category} at layer {layer}";
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{last.Value:0.000} against {last.Threshold:0.000}");
        var message = alert.LeftCensored
            ? $"{where} was already above its permutation null at the first checkpoint and still is ({numbers})."
            : $"{where} is above its permutation null at 2 of 3 checkpoints ({numbers}).";
        return new EventRow(EventKind.Onset, EventSeverity.Info, last.Step, layer, facet, category, null, Evidence(alert), message);
    }

    private static string Evidence(AlertState alert)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("rule", "above_null99_at_2_of_3");
            json.WriteString("statistic", "best_f1");
            json.WriteString("censoring", alert.LeftCensored ? "left" : "none");
            json.WriteStartArray("window");
            foreach (var observation in alert.Recent)
            {
                json.WriteStartObject();
                json.WriteNumber("step", observation.Step);
                json.WriteNumber("best_f1", observation.Value);
                json.WriteNumber("null99", observation.Threshold);
                json.WriteBoolean("above", observation.Above);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
