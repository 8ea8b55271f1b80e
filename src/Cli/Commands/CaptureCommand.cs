using System.CommandLine;
using System.Text.Json;
using Emergence.Cli.Capture;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Sae;

namespace Emergence.Cli.Commands;

/// <summary><c>capture CHECKPOINT</c>: writes activations and the loss of a checkpoint on given tokens, for people who want to compare.</summary>
internal static class CaptureCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host)
    {
        var checkpoint = new Argument<string>("CHECKPOINT") { Description = "a Hugging Face folder: config.json and safetensors" };
        var command = new Command("capture", "write a checkpoint's activations, logits and loss on given tokens to a safetensors file") { checkpoint };
        foreach (var setting in CaptureSettings.All)
            command.Add(setting.Option);
        command.SetAction(parsed =>
        {
            var reader = new SettingReader(parsed, host.Environment, CaptureSettings.All);
            var json = reader.Flag(CommonSettings.Json);
            var settings = CaptureSettings.Read(reader, parsed.GetValue(checkpoint)!);
            using var signals = new ConsoleSignals(_ => host.Error.WriteLine("stopping; nothing is written"));
            var result = new CaptureRun(settings, host.Time).Run(signals.Signals.Drain);
            host.Output.WriteLine(json ? JsonSerializer.Serialize(result, SaeJson.OneLine) : result.ToText());
            return ExitCode.Done;
        });
        return command;
    }
}
