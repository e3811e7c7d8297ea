# shellcheck shell=sh
# Spark 4.3 in one process on the loopback address, which leaves nothing outside the work folder. spark_session.py holds its session as "spark".

command -v java > /dev/null || cannot "java is missing"
pypi pyspark==4.3.0 pyarrow==26.0.1 pandas==3.1.1
TMPDIR=$root/tmp
SPARK_LOCAL_DIRS=$TMPDIR
SPARK_LOCAL_IP=127.0.0.1
PYSPARK_PYTHON=$python
export TMPDIR SPARK_LOCAL_DIRS SPARK_LOCAL_IP PYSPARK_PYTHON
mkdir "$TMPDIR"

cat > spark_session.py << 'END'
import os
import warnings

from pyspark.sql import SparkSession

warnings.simplefilter("ignore")
settings = {
    "spark.master": "local[1]",
    "spark.driver.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Djava.io.tmpdir={os.environ['TMPDIR']}",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.warehouse.dir": os.getcwd(),
}
spark = SparkSession.builder.config(map=settings).getOrCreate()
spark.sparkContext.setLogLevel("OFF")
END
