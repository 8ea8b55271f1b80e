using Emergence.Cli.Exit;
using Emergence.Demo.Trainer;

namespace Emergence.Cli.Demo;

/// <summary>The trainer's process: trains to the end, or until standard input closes because the demo is gone or wants it to stop.</summary>
internal static class TrainerMain
{
    /// <summary>Seconds between two lines of progress.</summary>
    private const double LineEvery = 1;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">As <see cref="TrainerCommandLine.Write"/> makes them.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        using var stop = new CancellationTokenSource();
        var parent = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            stop.Cancel();
        })
        { IsBackground = true, Name = "parent" };
        parent.Start();
        try
        {
            var clock = TimeProvider.System;
            long? last = null;
            var options = TrainerCommandLine.Read(arguments);
            DemoTrainer.Run(
                options,
                progress =>
                {
                    if (progress.Checkpoint is not null || last is null || clock.GetElapsedTime(last.Value).TotalSeconds >= LineEvery)
                    {
                        last = clock.GetTimestamp();
                        Console.Out.WriteLine(Line(progress));
                    }
                },
                stop.Token,
                clock);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            Console.Error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
    }

    private static string Line(TrainerProgress progress) =>
        $"step {progress.Step}/{progress.Steps}, loss {progress.Loss:F3}, {progress.TokensPerSecond:F0} tokens/s{(progress.Checkpoint is null ? "" : ", checkpoint saved")}";
}
