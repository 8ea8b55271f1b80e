using System.CommandLine;
using System.Text.Json;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Sae;

namespace Emergence.Cli.Commands;

/// <summary><c>sae eval DIR</c>: scores a saved SAE on a file of activations.</summary>
internal static class SaeEvalCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("DIR") { Description = "an SAE as SAELens (6 or later) or sparsify saves it, whoever made it, or the --out of sae train" };
        var command = new Command("eval", "score a saved sparse autoencoder on a file of activations") { folder };
        foreach (var setting in SaeEvalSettings.All)
            command.Add(setting.Option);
        command.SetAction(parsed =>
        {
            var reader = new SettingReader(parsed, host.Environment, SaeEvalSettings.All);
            var json = reader.Flag(CommonSettings.Json);
            var settings = SaeEvalSettings.Read(reader, parsed.GetValue(folder)!);
            using var signals = new ConsoleSignals(_ => host.Error.WriteLine("stopping"));
            var result = new SaeEvaluation(settings, host.Time).Run(signals.Signals.Drain);
            host.Output.WriteLine(json ? JsonSerializer.Serialize(result, SaeJson.OneLine) : result.ToText());
            return ExitCode.Done;
        });
        return command;
    }
}
