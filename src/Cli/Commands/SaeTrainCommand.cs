using System.CommandLine;
using System.Text.Json;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Sae;
using Emergence.Stages.Activations;

namespace Emergence.Cli.Commands;

/// <summary><c>sae train</c>: trains an SAE on a file of activations.</summary>
internal static class SaeTrainCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host)
    {
        var command = new Command("train", "train a sparse autoencoder on a file of activations, with the trainer of watch");
        foreach (var setting in SaeTrainOptions.All)
            command.Add(setting.Option);
        command.SetAction(parsed =>
        {
            var reader = new SettingReader(parsed, host.Environment, SaeTrainOptions.All);
            var json = reader.Flag(CommonSettings.Json);
            var settings = SaeTrainOptions.Read(reader);
            using var signals = new ConsoleSignals(_ => host.Error.WriteLine("stopping; nothing is written"));
            var (result, labels) = new SaeTrainRun(settings, host.Error.WriteLine, host.Time).Run(signals.Signals.Drain);
            host.Output.WriteLine(json ? JsonSerializer.Serialize(result, SaeJson.OneLine) : result.ToText());
            foreach (var line in Lines(labels))
                (json ? host.Error : host.Output).WriteLine(line);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(IReadOnlyList<LabelFeature>? labels) => (labels ?? [])
        .Where(l => l.Feature >= 0)
        .OrderByDescending(l => l.BestF1)
        .Take(SaeTrainLimits.LabelsShown)
        .Select(l => $"{l.Label}: feature {l.Feature}, F1 {l.BestF1:0.000} (precision {l.Precision:0.000}, recall {l.Recall:0.000}; {l.Rows} rows)");
}
