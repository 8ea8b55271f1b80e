using System.Text.Json.Nodes;
using Emergence.Sinks.Arrow;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// What was asked for when the run began (<c>run.json</c>). A run goes on only under the description it began with;
/// <see cref="RunIdentity.Producer"/> alone may change.
/// </summary>
/// <param name="Identity">Run, model, versions.</param>
/// <param name="Settings">
/// Everything else that the numbers depend on: facets, hook points, SAE options, seeds, hashes of the texts. Each part is owned by
/// who puts it in; the run folder only keeps and compares it.
/// </param>
public sealed record RunDescription(RunIdentity Identity, JsonObject Settings);
