using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Devices;

public sealed class DeviceTests
{
    [Fact]
    public void Devices_are_named_as_libtorch_names_them()
    {
        Assert.Equal(DeviceType.CPU, device("cpu").type);
        Assert.Equal((DeviceType.CUDA, 1), (device("cuda:1").type, device("cuda:1").index));
        Assert.Equal("cuda:1", new Device(DeviceType.CUDA, 1).ToString());
        Assert.Equal("cpu", CPU.ToString());
        Assert.Equal(DeviceType.CUDA, CUDA.type);
        Assert.ThrowsAny<ArgumentException>(() => new Device("abacus"));
    }

    [Fact]
    public void Cuda_is_there_exactly_when_a_device_is_counted()
    {
        Assert.Equal(cuda.device_count() > 0, cuda.is_available());
        Assert.Equal(cuda.is_available(), cuda_is_available());
        if (!cuda.is_available()) return;
        using var scope = NewDisposeScope();
        var there = ones(3, device: CUDA) * 2;
        cuda.synchronize();
        Assert.Equal([2f, 2, 2], there.cpu().data<float>().ToArray());
    }

    [Fact]
    public void The_number_of_threads_can_be_set_and_reaches_threads_started_later()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
            Assert.Equal(1, OnNewThread.Run(get_num_threads));
            set_num_threads(2);
            Assert.Equal(2, get_num_threads());
            Assert.Equal(2, OnNewThread.Run(get_num_threads));
            Assert.ThrowsAny<Exception>(() => set_num_threads(0));
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void The_first_call_of_a_function_leaves_the_number_of_threads_alone()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);

            // No other test calls it: .NET asks the loader for each function at its first call.
            Assert.True(get_num_interop_threads() > 0);
            Assert.Equal(1, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Results_are_the_same_bits_from_run_to_run()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Run(), Run());

        static byte[] Run()
        {
            using var inner = NewDisposeScope();
            using var generator = new Generator(9);
            var x = randn(300, 200, generator: generator);
            var w = randn(200, 100, generator: generator).requires_grad_();
            x.mm(w).relu().pow(2).mean().backward();
            return w.grad!.bytes.ToArray();
        }
    }

    [Fact]
    public void Loading_libtorch_pins_no_thread_to_a_core()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var tensor = zeros(1000);
        using var sum = tensor.sum();
        var allowed = Directory.GetDirectories("/proc/self/task").Select(Cores).ToArray();
        Assert.All(allowed, cores => Assert.Equal(Environment.ProcessorCount, cores));

        // Cpus_allowed is a mask in hexadecimal, in groups of eight digits.
        static int Cores(string task) => File.ReadLines(task + "/status").First(line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal))["Cpus_allowed:".Length..]
            .Trim().Replace(",", "", StringComparison.Ordinal).Sum(digit => System.Numerics.BitOperations.PopCount(Convert.ToUInt32(digit.ToString(), 16)));
    }
}
