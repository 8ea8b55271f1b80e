using System.Net.Sockets;
using Emergence.Cli.Exit;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;

namespace Emergence.Cli.Tests.Exit;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Cases => new()
    {
        { new SettingsException([new SettingProblem("--k", "is 0", "use 32"), new SettingProblem("DIR", "is missing", "name it")]), 2, "DIR: is missing. name it." },
        { new BadInputException("f", "offset 8", "is cut", "Copy it again"), 3, "f (offset 8): is cut. Copy it again." },
        { new AggregateException(new InvalidOperationException("stage", new BadInputException("f", "", "is cut", "Copy it again"))), 3, "f: is cut" },
        { new IOException("No space left on device : '/r'", 28), 3, "The disk is full" },
        { new IOException("Read-only file system : '/r'", 30), 3, "The disk is read-only" },
        { new UnauthorizedAccessException("Access to the path '/r' is denied."), 3, "giving access" },
        { new SocketException((int)SocketError.ConnectionRefused), 4, "a server cannot be reached" },
        { new OperationCanceledException(), 130, "interrupted" },
        { new TypeInitializationException("torch", new DllNotFoundException("libtorch")), 1, "./emergence doctor" },
        { new InvalidOperationException("surprise"), 1, "surprise" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_kind_of_failure_has_its_exit_code_and_says_what_to_do(Exception exception, int code, string says)
    {
        var failure = Failure.Of(exception);
        Assert.Equal(code, failure.ExitCode);
        Assert.Contains(says, failure.Message);
    }
}
