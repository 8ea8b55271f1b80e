using System.CommandLine;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Tail;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Cli.Commands;

/// <summary><c>tail RUN</c> and <c>tail --kafka HOST:PORT</c>: reads a run folder or the topics back as rows.</summary>
internal static class TailCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="connect">Makes the client; null: the real one.</param>
    public static Command Create(CliHost host, Func<KafkaSettings, IKafkaClient>? connect = null)
    {
        var folder = new Argument<string>("RUN") { Description = "a run folder, unless --kafka names brokers", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("tail", "read a run folder or Kafka topics back as rows: text, JSON lines or an Arrow stream") { folder };
        foreach (var setting in TailOptions.All)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, TailOptions.All);
            var settings = TailOptions.Read(reader, host, parsed.GetValue(folder), KafkaOptions.Servers.OnCommandLine(parsed) is not null);
            using var client = settings.Kafka is { } kafka ? (connect ?? (given => KafkaClients.Connect(given)))(kafka.Settings) : null;
            ITailSource source = client is null ? new FolderTail(settings.Folder!, host.Time) : new KafkaTail(client, settings.Kafka!.Settings.Topics);
            return await RunAsync(settings, source, host);
        });
        return command;
    }

    private static async Task<int> RunAsync(TailSettings settings, ITailSource source, CliHost host)
    {
        using var signals = settings.Query.Follow ? new ConsoleSignals(_ => { }) : null;
        using var arrow = settings.Arrow ? new ArrowTail(settings.Table.Table, host.OpenBinaryOutput()) : null;
        // Rows of topics say whose they are, unless one run was asked for and a person reads them.
        ITailOutput output = arrow ?? (ITailOutput)new TextTail(settings.Table, host.Output, settings.Json, named: settings.Kafka is not null && (settings.Json || settings.Query.Run is null));
        var notes = new Notes(host.Error);
        using var gone = OutputWatch.Begin(host);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals?.Signals.Drain ?? CancellationToken.None, gone.Gone);
        try
        {
            await foreach (var piece in source.ReadAsync(settings.Query, notes, stop.Token))
            {
                // Whoever reads `tail … | head` to its end has all of it that was wanted.
                if (gone.Look())
                    return ExitCode.Done;
                output.Show(piece with { Rows = settings.Query.Filter.Of(settings.Query.Table, piece.Rows) });
            }
        }
        catch (OperationCanceledException) when (gone.Look())
        {
            return ExitCode.Done;
        }
        catch (IOException) when (gone.Look())
        {
            return ExitCode.Done;
        }
        finally
        {
            // Whoever reads the stream has a whole one, also when following was stopped.
            if (!gone.Look())
                output.End();
        }

        return notes.Refusals == 0 ? ExitCode.Done : ExitCode.BadInput;
    }

    private sealed class Notes(TextWriter error) : ITailNotes
    {
        public int Refusals { get; private set; }

        public void Refused(string what)
        {
            Refusals++;
            error.WriteLine($"emergence: passed over {what}");
        }

        public void Told(string what) => error.WriteLine($"emergence: {what}");
    }
}
