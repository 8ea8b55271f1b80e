using System.Runtime.InteropServices;
using Emergence.TestBroker.Server;

// emergence test broker: --port N (0: a free one), --partitions N, --no-auto-create, --cheat NAME. Prints its address and runs until it is told to end.
var options = new BrokerOptions();
for (var i = 0; i < args.Length; i++)
{
    options = (args[i], i + 1 < args.Length ? args[i + 1] : null) switch
    {
        ("--port", { } port) => options with { Port = int.Parse(port) },
        ("--partitions", { } partitions) => options with { DefaultPartitions = int.Parse(partitions) },
        ("--cheat", { } cheat) => options with { Cheats = options.Cheats | Enum.Parse<Cheats>(cheat) },
        ("--no-auto-create", _) => options with { AutoCreateTopics = false },
        var (unknown, _) => throw new ArgumentException($"{unknown}: unknown, or without its value. There are --port N, --partitions N, --cheat NAME and --no-auto-create."),
    };
    i += args[i] == "--no-auto-create" ? 0 : 1;
}

var ended = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await using var broker = TransactionalBroker.Start(options);
Console.WriteLine(broker.Address);
await ended.Task;

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.TrySetResult();
}
