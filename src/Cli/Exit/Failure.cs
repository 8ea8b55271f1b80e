using System.Net.Sockets;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Stages.Input;

namespace Emergence.Cli.Exit;

/// <summary>How a failure is told: the exit code and what is said on standard error.</summary>
/// <param name="ExitCode">One of <see cref="Exit.ExitCode"/>.</param>
/// <param name="Message">One or more lines for a person.</param>
internal sealed record Failure(int ExitCode, string Message)
{
    /// <summary>The one place where exceptions become exit codes.</summary>
    /// <remarks>The first exception of the chain that has a meaning of its own decides: a stage's failure wraps what happened in it.</remarks>
    public static Failure Of(Exception exception)
    {
        foreach (var error in Chain(exception))
        {
            switch (error)
            {
                case SettingsException settings:
                    return new(Exit.ExitCode.Usage, string.Join(Environment.NewLine, settings.Problems));
                case BadInputException:
                    return new(Exit.ExitCode.BadInput, error.Message);
                case OperationCanceledException:
                    return new(Exit.ExitCode.Interrupted, "interrupted");
                case BrokerAwayException:
                    return new(Exit.ExitCode.NoServer, error.Message);
                case PublishRefusedException:
                    return new(Exit.ExitCode.Usage, error.Message);
                case PublishException:
                    return new(Exit.ExitCode.Failed, error.Message);
                case KafkaFailureException { Kind: FailureKind.Retriable }:
                    return new(Exit.ExitCode.NoServer, error.Message);
                case KafkaFailureException { Kind: FailureKind.Misconfigured }:
                    return new(Exit.ExitCode.Usage, $"{error.Message}{Environment.NewLine}./emergence doctor --kafka HOST:PORT says what else is not right.");
                case KafkaFailureException:
                    return new(Exit.ExitCode.Failed, error.Message);
                case SocketException:
                    return new(Exit.ExitCode.NoServer, $"a server cannot be reached: {error.Message}");
                case DllNotFoundException or EntryPointNotFoundException or BadImageFormatException:
                    return new(Exit.ExitCode.Failed, $"a native library does not load: {error.Message}{Environment.NewLine}./emergence doctor says which part is missing and how to mend it.");
                case UnauthorizedAccessException:
                    return new(Exit.ExitCode.BadInput, $"{error.Message} Nothing committed is lost; start again with the same command after giving access.");
                case IOException io:
                    return new(Exit.ExitCode.BadInput, $"{io.Message} {DiskRemedy(io)}");
            }
        }

        return new(Exit.ExitCode.Failed, $"failed, which is a defect of this program unless the message says otherwise:{Environment.NewLine}{exception}");
    }

    private static string DiskRemedy(IOException error)
    {
        const int noSpace = 28;
        const int readOnly = 30;
        const int overQuota = 122;
        return (error.HResult & 0xFFFF) switch
        {
            noSpace or overQuota => "The disk is full: make room, then start again with the same command; nothing committed is lost.",
            readOnly => "The disk is read-only: make it writable or choose another folder; nothing committed is lost.",
            _ => "Nothing committed is lost; start again with the same command when the cause is mended.",
        };
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? error = exception; error is not null; error = error is AggregateException many ? many.InnerExceptions[0] : error.InnerException)
            yield return error;
    }
}
