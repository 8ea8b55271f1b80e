using Emergence.Pipeline.Flow;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// What computes: the one thread on which torch runs, and the crew of the CPU's own kernels. A process has one; all its open runs
/// share it, so that no two torch regions run at once.
/// </summary>
internal sealed class RunMachine : IDisposable
{
    private RunMachine(DeviceScheduler device, WorkerCrew workers) => (Device, Workers) = (device, workers);

    /// <summary>The one thread on which torch runs.</summary>
    public DeviceScheduler Device { get; }

    /// <summary>Threads that compute on the CPU.</summary>
    public WorkerCrew Workers { get; }

    /// <summary>Starts it.</summary>
    /// <param name="threads">Threads for arithmetic.</param>
    public static async Task<RunMachine> StartAsync(int threads)
    {
        var device = new DeviceScheduler("device");
        try
        {
            await device.RunAsync(() =>
            {
                set_num_threads(threads);
                return 0;
            });
            return new RunMachine(device, new WorkerCrew(threads));
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Workers.Dispose();
        Device.Dispose();
    }
}
