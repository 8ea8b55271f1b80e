using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Emergence.Cli.Doctor;

/// <summary>The results of all checks, and how they are shown.</summary>
/// <param name="Results">In the order of the checks.</param>
internal sealed record DoctorReport(IReadOnlyList<CheckResult> Results)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Whether no part is at fault.</summary>
    public bool Healthy => Results.All(r => r.State != CheckState.Fault);

    /// <summary>Runs checks; one that throws is a fault of its part.</summary>
    public static DoctorReport Of(IEnumerable<IDoctorCheck> checks)
    {
        var results = new List<CheckResult>();
        foreach (var check in checks)
        {
            try
            {
                results.AddRange(check.Check());
            }
            catch (Exception error)
            {
                var cause = error.GetBaseException();
                results.Add(new(check.Part, CheckState.Fault, $"{cause.GetType().Name}: {cause.Message.TrimEnd('.')}", "Mend what the message names, then run doctor again"));
            }
        }

        return new(results);
    }

    /// <summary>A line per part and, below it, what to do.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var result in Results)
        {
            var mark = result.State switch { CheckState.Ok => "ok     ", CheckState.Warning => "warning", _ => "FAULT  " };
            text.AppendLine($"{mark}  {result.Part,-15}{result.Finding}");
            if (result.Remedy is not null)
                text.AppendLine($"{"",24}-> {result.Remedy}");
        }

        var faults = Results.Count(r => r.State == CheckState.Fault);
        text.Append(faults == 0 ? "Everything that is needed works." : $"{faults} of {Results.Count} parts do not work.");
        return text.ToString();
    }

    /// <summary>JSON: <c>healthy</c> and <c>parts</c>, each with part, state (ok, warning, fault), finding and remedy.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { Healthy, Parts = Results }, Options);
}
