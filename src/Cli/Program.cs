using Emergence.Cli;
using Emergence.Cli.Commands;
using Emergence.Cli.Demo;
using Emergence.Cli.Runs;
using Emergence.Sinks.Report;

if (args is [TrainerCommandLine.Verb, ..])
    return TrainerMain.Run(args);

var host = CliHost.OfProcess();
var watch = new WatchRunner(host.Time);
var program = new EmergenceProgram(
    host,
    DemoCommand.Create(host, new DemoRunner(ProductFolder.Find(host.Environment), watch), ReportSource.WriteInto),
    WatchCommand.Create(host, watch, ReportSource.WriteInto, new AnnounceRunner(host.Time)),
    ReplayCommand.Create(host, watch, ReportSource.WriteInto),
    WorkerCommand.Create(host, new WorkerRunner(host.Time)),
    PublishCommand.Create(host, new PublishRunner(host.Time)),
    ReportCommand.Create(host),
    TailCommand.Create(host),
    SaeCommand.Create(host),
    CaptureCommand.Create(host),
    DoctorCommand.Create(host));
return await program.RunAsync(args);
