import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** A MongoDB double in memory, with change streams. It prints its port and ends when its input does. */
public class Main {
    /** The double's own newest version is 5.0, which the gateway and the driver refuse. */
    record Announced() implements MongoVersion {
        public List<Integer> getVersionArray() {
            return List.of(6, 0, 0);
        }

        public int getWireVersion() {
            return 17;
        }
    }

    public static void main(String[] args) throws Exception {
        MemoryBackend backend = new MemoryBackend();
        backend.version(new Announced());
        MongoServer server = new MongoServer(backend);
        server.enableOplog();
        System.out.println(server.bind().getPort());
        while (System.in.read() >= 0) {
            // waits for the end of the input: of the test
        }
        server.shutdownNow();
        System.exit(0);
    }
}
