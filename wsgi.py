"""What a WSGI server and Celery look for."""

from ilpes_lms.app import create_app, create_celery

app = create_app()
celery_app = create_celery(app)
