using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Cli.Live;
using Emergence.Pipeline.Publishing;

namespace Emergence.Cli.Runs;

/// <summary>The result that <c>publish</c> prints last.</summary>
/// <param name="result">What it has come to.</param>
/// <param name="plan">Whether nothing was sent.</param>
/// <param name="seconds">Wall time.</param>
internal sealed class PublishSummary(PublishRunResult result, bool plan, double seconds)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Indented JSON with names in snake case.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            run = result.Run,
            plan,
            published = result.Sent.Count,
            steps = result.Sent.Select(c => c.Step),
            published_before = result.Before,
            unpublished = result.Unpublished,
            messages = result.Messages,
            bytes = result.Bytes,
            last_step = result.LastStep,
            interrupted = result.Interrupted,
            seconds = Math.Round(seconds, 3),
        },
        s_options);

    /// <summary>A line or two for a person.</summary>
    public string ToText() => (plan, result.Sent.Count) switch
    {
        (_, 0) when result.Unpublished > 0 => $"nothing of {result.Run} is published: {Commits(result.Unpublished)} lie behind {(result.Interrupted ? "the interruption" : "the last step asked for")}",
        (_, 0) when result.Before == 0 => $"nothing to publish: {result.Run} has no commit yet",
        (_, 0) => $"nothing to publish: {(result.Before == 1 ? "the one commit" : $"all {result.Before} commits")} of {result.Run} {(result.Before == 1 ? "is" : "are")} in the topics (--again sends them again)",
        (true, _) => $"{Commits(result.Sent.Count)} of {result.Run} would be published: {Steps()}",
        _ => $"published {Commits(result.Sent.Count)} of {result.Run} to step {result.LastStep}: {result.Messages} messages, {Figures.Count(result.Bytes)} bytes, {seconds:0.0} s"
            + (result.Interrupted ? ", interrupted" : "") + (result.Unpublished > 0 ? $"; {Commits(result.Unpublished)} {(result.Unpublished == 1 ? "is" : "are")} left" : ""),
    };

    private string Steps()
    {
        const int most = 20;
        var steps = string.Join(' ', result.Sent.Take(most).Select(c => $"{c.Step}{(c.Refused ? " (refused)" : c.Inserted ? " (late)" : "")}"));
        return result.Sent.Count > most ? $"{steps} … {result.Sent[^1].Step}" : steps;
    }

    private static string Commits(int count) => count == 1 ? "1 commit" : $"{count} commits";
}
